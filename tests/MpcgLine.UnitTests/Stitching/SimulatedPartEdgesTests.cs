using MpcgLine.Inspection;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Simulation;

namespace MpcgLine.UnitTests.Stitching;

public sealed class SimulatedPartEdgesTests
{
    [Theory]
    [InlineData(1UL, 1024, 2048, 12.5)]
    [InlineData(2UL, 1024, 2048, 12.5)]
    [InlineData(3UL, 1024, 1500, 15)]
    [InlineData(4UL, 800, 1200, 11)]
    [InlineData(5UL, 1536, 3072, 12.5)]
    public void Contrast_SimulatedPart_IsPlacedWithinOnePixel(ulong seed, int width, int length, double pitchY)
    {
        PixelPitch pitch = new(12.5, pitchY);
        SimulatedPanel panel = new(new PanelSimulationOptions
        {
            Seed = seed,
            Width = width,
            Length = length,
            DefectCount = 0,
            PixelPitch = pitch,
        });
        GrayImage image = new(width, length);
        panel.RenderRows(0, length, image.Pixels);
        InspectionOptions options = new();
        options.Edges.Mode = EdgeMode.Contrast;
        options.Edges.PartWidthPixels = width - 128;
        options.Edges.PartLengthPixels = length - 128;
        options.Edges.PartSizeTolerancePixels = 4;
        options.Stitching.TileRowBuffers = 16;
        InspectionCounters counters = new();
        InspectionPipeline pipeline = new(options, width, new ThresholdTileInspector(1), TimeProvider.System, counters);

        PartFrame frame = FrameOf(new RowFeed(pipeline).Rows(image), pitch);

        Assert.Equal(0, counters[InspectionCounter.TileRowsWithoutEdges]);
        Assert.Equal(0, counters[InspectionCounter.TileRowsOfWrongSize]);
        double worst = 0;
        for (int y = 0; y < length; y += 100)
        {
            for (int x = 0; x < width; x += 100)
            {
                (double foundX, double foundY) = frame.ToMillimetres(x, y);
                (double trueX, double trueY) = panel.PartPose.ToPartMillimetres(x, y, pitch);
                worst = Math.Max(worst, Math.Abs(foundX - trueX) / 0.0125);
                worst = Math.Max(worst, Math.Abs(foundY - trueY) / pitchY * 1000);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"Farthest off: {worst:0.00} px.");
        Assert.InRange(worst, 0, 1);
    }

    private static PartFrame FrameOf(List<TileRow> rows, PixelPitch pitch)
    {
        LineFit left = default;
        LineFit leading = default;
        foreach (TileRow row in rows)
        {
            if (row.Edges.Left is { } line)
            {
                left.Add(line, TileAxis.CoreStart(row.Row), row.Grid.Along.CoreEnd(row.Row) - 1);
            }

            if (row.Edges.Leading is { } across)
            {
                leading.Add(across, 0, row.Width - 1);
            }
        }

        return PartFrame.Of(left.Line(), leading.Line(), pitch);
    }
}
