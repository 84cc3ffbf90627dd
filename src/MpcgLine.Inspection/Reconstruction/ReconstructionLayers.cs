namespace MpcgLine.Inspection.Reconstruction;

/// <summary>The autoencoder of Table 4 as a list of layers, its channel counts times a width factor.</summary>
public static class ReconstructionLayers
{
    /// <summary>Widths a bundle may have.</summary>
    public const double MinWidth = 0.125, MaxWidth = 1;

    /// <summary>
    /// Layers from <c>[N, 1, 512, 512]</c> to <c>[N, 1, 512, 512]</c>, in order.
    /// </summary>
    /// <param name="width">1 is the paper's network (11,243,089 parameters); 0.5 a quarter of its arithmetic.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width lies outside 0.125..1.</exception>
    public static IReadOnlyList<LayerShape> Table4(double width)
    {
        if (!(width >= MinWidth && width <= MaxWidth))
        {
            throw new ArgumentOutOfRangeException(nameof(width), width, $"The width factor must lie in {MinWidth}..{MaxWidth}.");
        }

        int Channels(int atWidth1) => (int)Math.Round(atWidth1 * width);
        int c32 = Channels(32), c64 = Channels(64), c128 = Channels(128), c256 = Channels(256), latent = Channels(200);

        LayerShape Conv(string name, int from, int to, int kernel, int stride, int padding, bool activated = true) =>
            new(name, false, from, to, kernel, stride, padding, Normalised: true, activated);
        LayerShape TConv(string name, int from, int to, int kernel, int stride, int padding) =>
            new(name, true, from, to, kernel, stride, padding, Normalised: true, Activated: true);

        return
        [
            Conv("E_pre", 1, c32, 5, 2, 2),
            Conv("ConvBlock1.0", c32, c64, 3, 2, 1), Conv("ConvBlock1.1", c64, c64, 3, 1, 1),
            Conv("ConvBlock2.0", c64, c128, 3, 2, 1), Conv("ConvBlock2.1", c128, c128, 3, 1, 1),
            Conv("ConvBlock3.0", c128, c256, 3, 2, 1), Conv("ConvBlock3.1", c256, c256, 3, 1, 1),
            Conv("ConvBlock4.0", c256, c256, 3, 2, 1), Conv("ConvBlock4.1", c256, c256, 3, 1, 1),
            Conv("E_post", c256, latent, 8, 1, 0, activated: false),
            TConv("D_pre", latent, c256, 8, 1, 0),
            TConv("DeconvBlock1.0", c256, c256, 3, 1, 1), TConv("DeconvBlock1.1", c256, c256, 3, 2, 1),
            TConv("DeconvBlock2.0", c256, c256, 3, 1, 1), TConv("DeconvBlock2.1", c256, c128, 3, 2, 1),
            TConv("DeconvBlock3.0", c128, c128, 3, 1, 1), TConv("DeconvBlock3.1", c128, c64, 3, 2, 1),
            TConv("DeconvBlock4.0", c64, c64, 3, 1, 1), TConv("DeconvBlock4.1", c64, c32, 3, 2, 1),
            new("D_post", true, c32, 1, 5, 2, 2, Normalised: false, Activated: false),
        ];
    }
}
