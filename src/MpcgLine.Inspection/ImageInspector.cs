using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Regions;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Inspection;

/// <summary>
/// Inspects images of any size from 32 x 32 px on, each as a panel of its own. A pipeline is sized by the image width
/// and kept while that stays, so a folder of equal images allocates once. Used on the inference thread.
/// </summary>
/// <param name="inspector">The inference stage; stays the caller's.</param>
/// <param name="edges">Where the part lies in the images.</param>
public sealed class ImageInspector(ITileInspector inspector, EdgeOptions edges)
{
    private InspectionPipeline? _pipeline;
    private int _width;
    private long _burst;

    /// <summary>Inspects one image; NotInspected where the part's edges are not found.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is shorter than 32 px.</exception>
    public PanelVerdict Inspect(GrayImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (_pipeline is null || _width != image.Width)
        {
            _pipeline = PipelineFor(image.Width);
            _width = image.Width;
        }

        return _pipeline.Inspect(image, ++_burst);
    }

    /// <summary>Why an image was not inspected, in words.</summary>
    /// <param name="verdict">One that says NotInspected.</param>
    public string Explain(PanelVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        return verdict.Reason == NotInspectedReason.Camera && edges.Mode != EdgeMode.None
            ? $"the part's edges were not found, or leave less than {edges.MinimumInspectedFraction:P0} of the image to inspect (--edges {edges.Mode})"
            : $"not inspected ({verdict.Reason})";
    }

    /// <summary>Images have no production line behind them: any length, and all the time they need.</summary>
    private InspectionPipeline PipelineFor(int width)
    {
        InspectionOptions options = new()
        {
            Edges = edges,
            Stitching = new StitchOptions { MaxPanelLines = 1_000_000 },
            // Far more than a line keeps: figures at a low threshold count every region.
            Regions = new RegionOptions { RegionCapacity = 100_000 },
            Verdict = new VerdictOptions { Deadline = TimeSpan.FromDays(1) },
        };
        return new InspectionPipeline(options, width, inspector, TimeProvider.System, new InspectionCounters());
    }
}
