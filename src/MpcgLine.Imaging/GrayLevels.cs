namespace MpcgLine.Imaging;

/// <summary>How colour and deeper pixels become 8-bit gray. Pure; any thread.</summary>
internal static class GrayLevels
{
    /// <summary>Luma of 8-bit or 16-bit channels (0.299 R + 0.587 G + 0.114 B, Rec. 601), in their own range.</summary>
    public static int Luma(int red, int green, int blue) => ((299 * red) + (587 * green) + (114 * blue) + 500) / 1000;

    /// <summary>
    /// 0..65535 becomes 0..255 by its high byte, as the decoder of PNG does it. The scale is fixed: fitted to each image,
    /// it would change a surface's gray level from image to image.
    /// </summary>
    public static byte FromSixteenBits(int level) => (byte)(level >> 8);
}
