using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Inspection;

/// <summary>Sends an image through the pipeline as strips, on one thread.</summary>
internal static class ImagePanel
{
    private const int LinesPerStrip = 128;

    /// <summary>Inspects an image; every tile row is inspected and released before the next strip goes in.</summary>
    public static PanelVerdict Inspect(InspectionPipeline pipeline, GrayImage image, long burst, TimeProvider time)
    {
        Strip strip = new(image.Width, Math.Min(LinesPerStrip, image.Height));
        for (int line = 0; line < image.Height; line += strip.LineCapacity)
        {
            int count = Math.Min(strip.LineCapacity, image.Height - line);
            image.Pixels.AsSpan(line * image.Width, count * image.Width).CopyTo(strip.Pixels);
            strip.Stamp = new StripStamp(
                0, burst, new LineIndex(line), count, image.Height, default, time.GetTimestamp(), StripStatus.Complete);
            pipeline.Accept(strip);
            while (pipeline.TryTake(out StitchedPiece piece))
            {
                if (piece.Row is { } row)
                {
                    pipeline.Inspect(row);
                    pipeline.Release(row);
                    continue;
                }

                // A panel left open and bursts that were skipped end first.
                PanelVerdict verdict = pipeline.Conclude(piece.End);
                if (verdict.Burst == burst)
                {
                    return verdict;
                }
            }
        }

        throw new InvalidOperationException($"Burst {burst} did not follow the bursts before it: the image gave no panel.");
    }
}
