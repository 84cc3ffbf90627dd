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
    private readonly Func<int, nint, nint> _runLayer;
    private readonly Func<nint, nint, nint> _add;
    private readonly bool _isBFloat16;
    private readonly StepTimes? _times;

    /// <summary>Allocates for one tile.</summary>
    /// <param name="maps">Which maps the network sees.</param>
    /// <param name="grayScale">Gray levels that become 1.</param>
    /// <param name="layers">As <see cref="FusionLayers.Shapes"/> lists them; not taken over.</param>
    /// <param name="precision">Theirs.</param>
    /// <param name="times">Marked step by step; null for none.</param>
    public ProcessorFusion(FusionMaps maps, float grayScale, ProcessorLayer[] layers, ScalarType precision, StepTimes? times)
    {
        _input = new ProcessorFusionInput(maps, grayScale, precision);
        _runLayer = (index, x) => _made.Keep(layers[index].Run(x));
        _add = _made.Add;
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
            nint result = FusionLayers.Forward(input.Handle, _runLayer, _add);
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

    /// <inheritdoc/>
    public void Dispose() => _input.Dispose();
}
