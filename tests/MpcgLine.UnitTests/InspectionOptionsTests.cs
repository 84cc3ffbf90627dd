using MpcgLine.Inspection;
using MpcgLine.Inspection.Stitching;

namespace MpcgLine.UnitTests;

public sealed class InspectionOptionsTests
{
    [Fact]
    public void Problems_Defaults_AreNone() => Assert.Empty(new InspectionOptions().Problems("Inspection", 128));

    [Fact]
    public void Problems_EveryValueWrong_NamesEachWithItsKeyAndValue()
    {
        InspectionOptions options = new() { PixelPitchXMicrometres = 0, PixelPitchYMicrometres = double.NaN };
        options.Stitching.MaxPanelLines = 5;
        options.Stitching.TileRowBuffers = 6;
        options.Stitching.EncoderCountsPerLine = double.PositiveInfinity;
        options.Stitching.EncoderToleranceLines = 0;
        options.Edges.Mode = (EdgeMode)9;
        options.Edges.Surroundings = (Surroundings)9;
        options.Edges.InsidePixels = -1;
        options.Edges.SearchFraction = 0.5;
        options.Edges.Level = 255;
        options.Edges.CornerRadiusPixels = -1;
        options.Edges.MinimumInspectedFraction = 1.1;
        options.Regions.MergeDistance = 17;
        options.Regions.MinimumAreaPixels = 0;
        options.Regions.RegionCapacity = 0;
        options.Verdict.AllowedCount = -1;
        options.Verdict.Deadline = TimeSpan.Zero;
        options.Verdict.Dot.AllowedCount = -1;
        options.Verdict.Strip.MinimumAreaSquareMillimetres = -1;
        options.Verdict.Strip.MaximumAreaSquareMillimetres = double.NaN;

        IReadOnlyList<string> problems = options.Problems("Inspection", 1000);

        Assert.Equal(21, problems.Count);
        Assert.Contains(
            "Inspection:Stitching:TileRowBuffers is 6; allowed for strips of 1000 lines is 7 to 1024.", problems);
        Assert.All(problems, p => Assert.StartsWith("Inspection:", p, StringComparison.Ordinal));
    }
}
