using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Inspection.Tiling;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Difference;

/// <summary>
/// A tile's way through the learned fusion's network on a processor, layer by layer by handle. Nothing is left to the collector.
/// Inference thread only.
/// </summary>
internal sealed class ProcessorFusion : IDisposable
{
    private readonly ProcessorFusionInput _input;
    private readonly NativeTensors _made = new();
    private readonly Func<int, LayerMap, LayerMap> _runLayer;
    private readonly Func<LayerMap, LayerMap, LayerMap> _add;
    private readonly bool _isBFloat16;
    private readonly StepTimes? _times;

    /// <summary>Allocates for one tile.</summary>
    /// <param name="maps">Which maps the network sees.</param>
    /// <param name="grayScale">Gray levels that become 1.</param>
    /// <param name="layers">As <see cref="FusionLayers.Shapes"/> lists them; not taken over.</param>
    /// <param name="sums">For each layer whose result is added to another's over bytes, the sum; null for the others, and where numbers are added.</param>
    /// <param name="bytes">What the bytes that the first reads stand for; null where it reads numbers.</param>
    /// <param name="precision">Of these, and of what the last gives: float32 or bfloat16.</param>
    /// <param name="times">Marked step by step; null for none.</param>
    public ProcessorFusion(FusionMaps maps, float grayScale, ProcessorLayer[] layers, ByteSum?[] sums, ByteScale? bytes, ScalarType precision, StepTimes? times)
    {
        _input = bytes is null ? new ProcessorFusionInput(maps, grayScale, precision) : new ProcessorFusionInput(maps, grayScale, bytes);
        _runLayer = (index, x) => new LayerMap(index, _made.Keep(layers[index].Run(x.Handle)));
        _add = (up, skip) => Add(up, skip, sums[up.Layer]);
        _isBFloat16 = precision == ScalarType.BFloat16;
        _times = times;
    }

    /// <summary>Scores of one tile.</summary>
    /// <param name="batch">Its maps.</param>
    /// <param name="scores"><c>[128, 128]</c>, overwritten.</param>
    /// <exception cref="ModelException">A layer could not be run.</exception>
    public void Score(in TileBatch batch, Span<float> scores)
    {
        try
        {
            Tensor input = _input.Stack(batch.Tiles, batch.Reconstruction, batch.Change);
            _times?.Mark(InspectionStep.FusionInput);
            nint result = FusionLayers.Forward(new LayerMap(-1, input.Handle), _runLayer, _add).Handle;
            if (_isBFloat16)
            {
                ReadOnlySpan<ushort> bits = NativeTensors.Values<ushort>(result, 1, TileRowFindings.ScoreSize);
                for (int i = 0; i < bits.Length; i++)
                {
                    scores[i] = bits[i].ToSingle();
                }
            }
            else
            {
                NativeTensors.Values<float>(result, 1, TileRowFindings.ScoreSize).CopyTo(scores);
            }

            _times?.Mark(InspectionStep.FusionNetwork);
        }
        finally
        {
            _made.Free();
        }
    }

    private LayerMap Add(LayerMap up, LayerMap skip, ByteSum? sum)
    {
        if (sum is null)
        {
            return up with { Handle = _made.Add(up.Handle, skip.Handle) };
        }

        sum.Add(NativeTensors.MapOf(up.Handle), NativeTensors.MapOf(skip.Handle));
        return up;
    }

    /// <inheritdoc/>
    public void Dispose() => _input.Dispose();

    /// <summary>What a layer gave.</summary>
    private readonly record struct LayerMap(int Layer, nint Handle);
}
