using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Difference;

/// <summary>
/// The learned fusion's network: an encoder-decoder at a quarter of the tile's resolution with additive skips, as a
/// list of layers and the way through them. Training and inference share both.
/// </summary>
public static class FusionLayers
{
    private const int Stem = 48, Middle = 64, Deep = 96;

    /// <summary>Channels of the input: 16 per full-resolution map (space to depth by 4), one local mean, one regional change.</summary>
    public static int InputChannels(FusionMaps maps) =>
        FusionFeatures.CellPixels + 1
        + (maps.HasFlag(FusionMaps.Reconstruction) ? FusionFeatures.CellPixels : 0)
        + (maps.HasFlag(FusionMaps.RegionalChange) ? 1 : 0);

    /// <summary>Layers from <c>[N, InputChannels, 128, 128]</c> to one score per cell, in the order <see cref="Forward"/> takes them.</summary>
    public static IReadOnlyList<LayerShape> Shapes(FusionMaps maps)
    {
        LayerShape Conv(string name, int from, int to, int stride = 1) =>
            new(name, false, from, to, 3, stride, 1, Normalised: true, Activated: true);
        LayerShape Up(string name, int from, int to) =>
            new(name, true, from, to, 3, 2, 1, Normalised: true, Activated: false);
        LayerShape Skip(string name, int channels) =>
            new(name, false, channels, channels, 1, 1, 0, Normalised: true, Activated: false);

        return
        [
            Conv("stem.0", InputChannels(maps), Stem), Conv("stem.1", Stem, Stem),
            Conv("middle.0", Stem, Middle, 2), Conv("middle.1", Middle, Middle),
            Conv("deep.0", Middle, Deep, 2), Conv("deep.1", Deep, Deep),
            Up("middle.up", Deep, Middle), Skip("middle.skip", Middle), Conv("middle.merge", Middle, Middle),
            Up("stem.up", Middle, Stem), Skip("stem.skip", Stem), Conv("stem.merge", Stem, Stem),
            new LayerShape("head", false, Stem, 1, 1, 1, 0, Normalised: false, Activated: false),
        ];
    }

    /// <summary>
    /// The way through the network.
    /// </summary>
    /// <param name="x"><c>[N, InputChannels, 128, 128]</c>.</param>
    /// <param name="layer">Runs the layer with the given index in <see cref="Shapes"/>.</param>
    /// <returns>Scores (logits), <c>[N, 1, 128, 128]</c>.</returns>
    public static Tensor Forward(Tensor x, Func<int, Tensor, Tensor> layer) => Forward(x, layer, (up, skip) => up.Plus(skip));

    /// <summary>Edge of what each layer of <see cref="Shapes"/> reads of one tile.</summary>
    internal static int[] InputSizes(IReadOnlyList<LayerShape> shapes)
    {
        int[] sizes = new int[shapes.Count];
        Forward(TileRowFindings.ScoreSize, (index, size) => shapes[index].OutputSize(sizes[index] = size), (up, skip) => skip);
        return sizes;
    }

    /// <summary>The same for whatever stands for a map, and whatever adds two of them.</summary>
    internal static T Forward<T>(T x, Func<int, T, T> layer, Func<T, T, T> add)
    {
        ArgumentNullException.ThrowIfNull(layer);
        T stem = layer(1, layer(0, x));
        T middle = layer(3, layer(2, stem));
        T deep = layer(5, layer(4, middle));
        T up = layer(8, add(layer(6, deep), layer(7, middle)));
        return layer(12, layer(11, add(layer(9, up), layer(10, stem))));
    }
}
