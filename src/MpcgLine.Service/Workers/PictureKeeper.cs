using System.Collections.Concurrent;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Service.Workers;

/// <summary>
/// Collects the pixels of the panel under inspection from its tile rows. A few buffers go round; when the recorder has
/// them all, a panel goes without a picture and is counted. Inference thread, except that buffers come back from any.
/// </summary>
internal sealed class PictureKeeper(LineCounters counters)
{
    private const int Buffers = 3;

    private readonly ConcurrentBag<GrayImage> _free = [];
    private int _made;
    private PanelId _panel;
    private GrayImage? _image;

    /// <summary>Takes a tile row's pixels.</summary>
    public void Add(TileRow row)
    {
        if (row.Panel.Panel != _panel)
        {
            Begin(row.Panel);
        }

        if (_image is null)
        {
            return;
        }

        for (int line = row.FirstLine; line < row.EndLine; line++)
        {
            row.Line(line).CopyTo(_image.Row(line));
        }
    }

    /// <summary>Hands the panel's picture over; null where there is none.</summary>
    public PanelPicture? Take(PanelId panel)
    {
        if (panel != _panel || _image is not { } image)
        {
            return null;
        }

        _image = null;
        return new PanelPicture(image, _free.Add);
    }

    private void Begin(PanelStamp panel)
    {
        if (_image is { } unused)
        {
            _free.Add(unused);
        }

        _panel = panel.Panel;
        _image = Buffer(panel.Width, panel.Length);
        if (_image is { } image)
        {
            // Rows that never come must not show another panel's pixels.
            Array.Clear(image.Pixels);
        }
        else
        {
            counters.Add(LineCounter.PicturesSkipped);
        }
    }

    private GrayImage? Buffer(int width, int length)
    {
        if (_free.TryTake(out GrayImage? image))
        {
            return image.Width == width && image.Height == length ? image : new GrayImage(width, length);
        }

        return _made++ < Buffers ? new GrayImage(width, length) : null;
    }
}
