using MpcgLine.Imaging;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Service.Commands;

/// <summary>
/// Inspects images of any size, each as one panel, and says in words why one can't be. One thread from construction to
/// disposal.
/// </summary>
internal sealed class ImageInspection : IDisposable
{
    private const int BatchTiles = 8;

    private readonly TileInspector _inspector;
    private readonly ImageInspector _images;

    public ImageInspection(ModelBundle bundle, InferenceOptions inference, EdgeOptions edges)
    {
        _inspector = new TileInspector(bundle, inference with { BatchTiles = BatchTiles });
        _images = new ImageInspector(_inspector, edges);
    }

    /// <summary>Inspects one image.</summary>
    /// <exception cref="CommandException">The image is too small, or no part was found in it.</exception>
    public PanelVerdict Inspect(string name, GrayImage image)
    {
        if (Math.Min(image.Width, image.Height) < TileAxis.SmallestLength)
        {
            throw new CommandException($"{name}: {image.Width} x {image.Height} px; at least {TileAxis.SmallestLength} x {TileAxis.SmallestLength} are needed");
        }

        PanelVerdict verdict = _images.Inspect(image);
        return verdict.Verdict != Verdict.NotInspected
            ? verdict
            : throw new CommandException($"{name}: {_images.Explain(verdict)}");
    }

    public void Dispose() => _inspector.Dispose();
}
