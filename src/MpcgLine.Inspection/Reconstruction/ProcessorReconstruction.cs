using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Inspection.Tiling;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// A tile's way through the autoencoder on a processor: into blocks, through every layer by handle, and out of them. Nothing is
/// left to the collector. Inference thread only.
/// </summary>
internal sealed class ProcessorReconstruction : IDisposable
{
    private readonly ProcessorLayer[] _layers;
    private readonly ProcessorBlocks _blocks;
    private readonly NativeTensors _made = new();
    private readonly ScalarType _precision;

    /// <summary>Allocates for one tile.</summary>
    /// <param name="layers">Of Table 4, the first and the last over blocks; not taken over.</param>
    /// <param name="precision">Of what they read and give: float32 or bfloat16.</param>
    public ProcessorReconstruction(ProcessorLayer[] layers, ScalarType precision)
    {
        _layers = layers;
        _blocks = new ProcessorBlocks(precision);
        _precision = precision;
    }

    /// <summary>Whether tiles are a single one, which is what it takes.</summary>
    public static bool IsOneTile(Tensor tiles) =>
        // Asked for one by one: the shape would be an array for every tile.
        tiles.Dimensions == 4 && tiles.size(0) == 1 && tiles.size(1) == 1
            && tiles.size(2) == TileRowFindings.TileSize && tiles.size(3) == TileRowFindings.TileSize;

    /// <summary>Background of one tile.</summary>
    /// <param name="tile"><c>[1, 1, 512, 512]</c> uint8, gray levels.</param>
    /// <returns>The same shape, float32, gray levels clamped to 0..255; stays this object's and is overwritten by the next call.</returns>
    /// <exception cref="ModelException">A layer could not be run.</exception>
    public Tensor Reconstruct(Tensor tile)
    {
        try
        {
            nint x = _blocks.SpaceToDepth(tile).Handle;
            foreach (ProcessorLayer layer in _layers)
            {
                x = _made.Keep(layer.Run(x));
                _made.FreeAllBut(x);
            }

            return _blocks.DepthToSpace(NativeTensors.MapOf(x), _precision);
        }
        finally
        {
            _made.Free();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _blocks.Dispose();
}
