using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Difference;

/// <summary>
/// The production fusion: a small network scores every 4 x 4 px cell, <c>score >= t</c> takes the place of Eq. 21,
/// and the residual draws the outline inside each suspected area.
/// </summary>
internal sealed class LearnedFusion : IFusion
{
    private readonly FusionFeatures _features;
    private readonly DirectFusion? _direct;
    private readonly ProcessorFusion? _processor;
    private readonly FoldedLayer[] _layers;
    private readonly Func<int, Tensor, Tensor> _runLayer;
    private readonly ScalarType _precision;
    private readonly StepTimes? _times;
    private readonly SuspectOutline _outline = new();

    /// <summary>Builds the layers.</summary>
    /// <param name="maps">Which maps the network sees.</param>
    /// <param name="grayScale">Gray levels that become 1.</param>
    /// <param name="threshold">Score from which a cell is suspected.</param>
    /// <param name="weights">By name, float32, on the processor or on the device; not taken over.</param>
    /// <param name="precision">Arithmetic of the layers.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="times">Marked step by step; null for none.</param>
    public LearnedFusion(
        FusionMaps maps,
        float grayScale,
        float threshold,
        IReadOnlyDictionary<string, Tensor> weights,
        ScalarType precision,
        Device device,
        StepTimes? times = null)
    {
        _features = new FusionFeatures(maps, grayScale, device);
        IReadOnlyList<LayerShape> shapes = FusionLayers.Shapes(maps);
        if (device.type == DeviceType.CPU && DirectLayer.AreFastest(precision))
        {
            _direct = new DirectFusion(maps, grayScale, weights, precision, times);
            _layers = [];
        }
        else
        {
            int[] sizes = FusionLayers.InputSizes(shapes);
            _layers = [.. shapes.Select((shape, index) => FoldedLayer.Of(shape, weights, precision, device, sizes[index]))];
            if (_layers.All(layer => layer is ProcessorLayer))
            {
                _processor = new ProcessorFusion(maps, grayScale, [.. _layers.Cast<ProcessorLayer>()], precision, times);
            }
        }

        _runLayer = (index, x) => _layers[index].Forward(x);
        _precision = precision;
        Threshold = threshold;
        _times = times;
    }

    /// <summary>Whether a tile goes through by handle, and leaves no tensor behind.</summary>
    internal bool RunsByHandle => _direct is not null || _processor is not null;

    /// <summary>Scores of a batch, <c>[N, 128, 128]</c> float32 on its device; belongs to the caller's dispose scope.</summary>
    private Tensor Score(in TileBatch batch)
    {
        if (_direct is not null)
        {
            throw new InvalidOperationException("Direct convolutions score tile by tile.");
        }

        Tensor input = FoldedLayer.ChannelsLast(
            _features.Stack(batch.Tiles.to(ScalarType.Float32), batch.Reconstruction, batch.Change).to(_precision));
        _times?.Mark(InspectionStep.FusionInput);
        Tensor scores = FusionLayers.Forward(input, _runLayer).to(ScalarType.Float32).squeeze(1).contiguous();
        _times?.Mark(InspectionStep.FusionNetwork);
        return scores;
    }

    /// <summary>Scores of a batch's first tile.</summary>
    /// <param name="batch">On any device; inside a dispose scope.</param>
    /// <param name="scores"><c>[128, 128]</c>, overwritten.</param>
    internal void ScoreFirst(in TileBatch batch, Span<float> scores)
    {
        if (_direct is { } direct)
        {
            direct.Score(batch, scores);
        }
        else if (_processor is { } processor)
        {
            processor.Score(batch, scores);
        }
        else
        {
            Score(batch).narrow(0, 0, 1).cpu().contiguous().Singles().CopyTo(scores);
        }
    }

    /// <inheritdoc/>
    public float Threshold { get; }

    /// <inheritdoc/>
    public void FuseOnProcessor(in TileBatch batch, int tile, TileRowFindings findings)
    {
        ScoreFirst(batch, findings.Scores(tile));
        Draw(batch.Inspected.bytes, tile, findings);
    }

    /// <inheritdoc/>
    public FusedMaps FuseOnGpu(in TileBatch batch) => new(Score(batch), null);

    /// <inheritdoc/>
    public void Complete(ReadOnlySpan<float> scores, ReadOnlySpan<byte> defective, ReadOnlySpan<byte> inspected, int tile, TileRowFindings findings)
    {
        scores.CopyTo(findings.Scores(tile));
        Draw(inspected, tile, findings);
    }

    private void Draw(ReadOnlySpan<byte> inspected, int tile, TileRowFindings findings)
    {
        _outline.Draw(findings, tile, Threshold, inspected);
        _times?.Mark(InspectionStep.DefectivePixels);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _features.Dispose();
        _direct?.Dispose();
        _processor?.Dispose();
        foreach (FoldedLayer layer in _layers)
        {
            layer.Dispose();
        }
    }
}
