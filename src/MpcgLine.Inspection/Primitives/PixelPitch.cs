namespace MpcgLine.Inspection.Primitives;

/// <summary>
/// Size of one pixel on the part. X comes from the optics, Y from the encoder's line trigger: they differ on
/// every real machine, so nothing may assume square pixels.
/// </summary>
/// <param name="XMicrometres">Width of a pixel along the line, micrometres, above 0.</param>
/// <param name="YMicrometres">Travel from line to line, micrometres, above 0.</param>
public readonly record struct PixelPitch(double XMicrometres, double YMicrometres);
