using MpcgLine.Imaging;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Service.Commands;

/// <summary>
/// Inspects images of any size, each as one panel. The pipeline is sized by the image width and kept while that stays,
/// so a folder of equal images allocates once. One thread from construction to disposal.
/// </summary>
internal sealed class ImageInspection : IDisposable
{
    private const int SmallestSide = 32;
    private const int BatchTiles = 8;

    private readonly TileInspector _inspector;
    private readonly EdgeOptions _edges;
    private (int Width, InspectionPipeline Pipeline)? _latest;
    private long _burst;

    public ImageInspection(ModelBundle bundle, FusionKind fusion, EdgeOptions edges)
    {
        _inspector = new TileInspector(bundle, new InferenceOptions { Fusion = fusion, BatchTiles = BatchTiles });
        _edges = edges;
    }

    /// <summary>Inspects one image.</summary>
    /// <exception cref="CommandException">The image is too small, or no part was found in it.</exception>
    public PanelVerdict Inspect(string name, GrayImage image)
    {
        if (Math.Min(image.Width, image.Height) < SmallestSide)
        {
            throw new CommandException($"{name}: {image.Width} x {image.Height} px; at least {SmallestSide} x {SmallestSide} are needed");
        }

        PanelVerdict verdict = PipelineFor(image.Width).Inspect(image, ++_burst);
        return verdict.Verdict != Verdict.NotInspected
            ? verdict
            : throw new CommandException(verdict.Reason == NotInspectedReason.Camera && _edges.Mode != EdgeMode.None
                ? $"{name}: the part's edges were not found, or leave less than {_edges.MinimumInspectedFraction:P0} of the image to inspect (--edges {_edges.Mode})"
                : $"{name}: not inspected ({verdict.Reason})");
    }

    public void Dispose() => _inspector.Dispose();

    private InspectionPipeline PipelineFor(int width)
    {
        if (_latest is { } latest && latest.Width == width)
        {
            return latest.Pipeline;
        }

        // Images have no production line behind them: any length, and all the time they need.
        InspectionOptions options = new()
        {
            Edges = _edges,
            Stitching = new StitchOptions { MaxPanelLines = 1_000_000 },
            Verdict = new VerdictOptions { Deadline = TimeSpan.FromDays(1) },
        };
        var pipeline = new InspectionPipeline(options, width, _inspector, TimeProvider.System, new InspectionCounters());
        _latest = (width, pipeline);
        return pipeline;
    }
}
