using MpcgLine.Inspection;
using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.UnitTests;

/// <summary>Stitches an image and keeps its tile rows instead of inspecting them.</summary>
internal sealed class RowFeed(InspectionPipeline pipeline)
{
    public TileRow FirstRow(GrayImage image) => Rows(image)[0];

    public List<TileRow> Rows(GrayImage image)
    {
        Strip strip = new(image.Width, image.Height);
        image.Pixels.CopyTo(strip.Pixels);
        strip.Stamp = new StripStamp(
            1, 1, new LineIndex(0), image.Height, image.Height, default, 0, StripStatus.Complete);
        pipeline.Accept(strip);
        List<TileRow> rows = [];
        while (pipeline.TryTake(out StitchedPiece piece) && piece.Row is { } row)
        {
            rows.Add(row);
        }

        return rows;
    }
}
