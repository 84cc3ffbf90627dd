using MpcgLine.Inspection;
using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.UnitTests;

/// <summary>Cuts images into strips and sends them through a pipeline on one thread.</summary>
internal sealed class StripFeed(InspectionPipeline pipeline)
{
    private long _frameId;

    public List<PanelVerdict> Verdicts { get; } = [];

    public static List<StripStamp> Cut(int length, int linesPerStrip, long burst, int firstLine = 0)
    {
        List<StripStamp> stamps = [];
        for (int line = firstLine; line < length; line += linesPerStrip)
        {
            int count = Math.Min(linesPerStrip, length - line);
            stamps.Add(new StripStamp(
                0, burst, new LineIndex(line), count, length, new EncoderCount((uint)(1000 + (2 * line))), 0, StripStatus.Complete));
        }

        return stamps;
    }

    public void Send(GrayImage image, IEnumerable<StripStamp> stamps)
    {
        foreach (StripStamp stamp in stamps)
        {
            Send(image, stamp);
        }
    }

    public void Send(GrayImage image, StripStamp stamp, long overrunsBefore = 0)
    {
        Strip strip = new(image.Width, Math.Max(1, stamp.LineCount));
        for (int i = 0; i < stamp.LineCount; i++)
        {
            long line = stamp.FirstLine.Value + i;
            if (line >= 0 && line < image.Height)
            {
                image.Row((int)line).CopyTo(strip.Line(i));
            }
        }

        strip.Stamp = stamp with { FrameId = stamp.FrameId == 0 ? ++_frameId : stamp.FrameId };
        strip.OverrunsBefore = overrunsBefore;
        pipeline.Accept(strip);
        Drain();
    }

    public void Drain()
    {
        while (pipeline.TryTake(out StitchedPiece piece))
        {
            if (piece.Row is { } row)
            {
                pipeline.Inspect(row);
                pipeline.Release(row);
            }
            else
            {
                Verdicts.Add(pipeline.Conclude(piece.End));
            }
        }
    }
}
