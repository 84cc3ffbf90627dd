namespace MpcgLine.Inspection.Stitching;

/// <summary>The size a part is expected to have between its edges, px; a side that is not given is any.</summary>
internal sealed class PartSize(EdgeOptions options)
{
    /// <summary>Whether a distance from left to right edge fits.</summary>
    public bool IsWidth(double pixels) => Fits(pixels, options.PartWidthPixels);

    /// <summary>Whether a distance from leading to trailing edge fits.</summary>
    public bool IsLength(double pixels) => Fits(pixels, options.PartLengthPixels);

    private bool Fits(double pixels, double expected) =>
        expected == 0 || Math.Abs(pixels - expected) <= options.PartSizeTolerancePixels;
}
