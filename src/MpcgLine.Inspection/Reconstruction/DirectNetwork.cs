using MpcgLine.Inspection.Reconstruction.Native.Direct;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>Layers as direct convolutions, in the order in which they run, and the maps between them. Inference thread only.</summary>
internal sealed class DirectNetwork : IDisposable
{
    private readonly List<TileMap> _maps = [];
    private readonly List<DirectConvolution> _layers = [];

    /// <summary>Takes a map over.</summary>
    public TileMap Add(TileMap map)
    {
        _maps.Add(map);
        return map;
    }

    /// <summary>A layer that runs after those before it; parameters and errors as those of <see cref="DirectLayer.Of"/>.</summary>
    public void Add(LayerShape shape, (Tensor Weight, Tensor Bias) folded, bool added, TileMap input, TileMap output) =>
        _layers.Add(DirectLayer.Of(shape, folded, added, input, output));

    /// <summary>Runs all layers.</summary>
    public void Run()
    {
        foreach (DirectConvolution layer in _layers)
        {
            layer.Run();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _layers.ForEach(layer => layer.Dispose());
        _maps.ForEach(map => map.Dispose());
    }
}
