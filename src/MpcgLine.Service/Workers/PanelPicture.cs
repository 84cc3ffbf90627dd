using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Service.Workers;

/// <summary>The pixels of one panel, kept for its picture; disposing gives the buffer back.</summary>
internal sealed class PanelPicture(GrayImage image, Action<GrayImage> giveBack) : IDisposable
{
    /// <summary>The panel as corrected and stitched, valid until disposal.</summary>
    public GrayImage Image { get; } = image;

    public void Dispose() => giveBack(Image);
}
