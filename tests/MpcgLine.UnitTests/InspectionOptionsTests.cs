using MpcgLine.Inspection;
using MpcgLine.Inspection.Stitching;

namespace MpcgLine.UnitTests;

public sealed class InspectionOptionsTests
{
    [Fact]
    public void Problems_Defaults_AreNone() => Assert.Empty(new InspectionOptions().Problems("Inspection", 128));

    [Fact]
    public void Problems_ValuesAboveTheirBounds_AreNamed()
    {
        InspectionOptions options = new();
        options.Stitching.EncoderCountsPerLine = double.NegativeInfinity;
        options.Stitching.EncoderToleranceLines = double.PositiveInfinity;
        options.Stitching.MinPanelLines = 20_001;
        options.Edges.Mode = EdgeMode.Contrast;
        options.Edges.PartWidthPixels = 31;
        options.Edges.PartLengthPixels = double.PositiveInfinity;
        options.Edges.PartSizeTolerancePixels = double.NaN;
        options.Edges.MinimumInspectedFraction = 0;
        options.Regions.MinimumAreaPixels = 10_001;
        options.Regions.RegionCapacity = 1_000_001;
        options.Verdict.AllowedCount = 1_000_001;
        options.Verdict.Deadline = TimeSpan.FromHours(1.01);
        options.Verdict.Dot.MinimumAreaSquareMillimetres = double.PositiveInfinity;
        options.Verdict.Dot.MaximumAreaSquareMillimetres = double.PositiveInfinity;
        options.Verdict.Strip.MinimumAreaSquareMillimetres = 1_000_001;

        IReadOnlyList<string> problems = options.Problems("Inspection", 128);

        Assert.Equal(14, problems.Count);
        Assert.Contains("Inspection:Edges:PartWidthPixels is 31; allowed is 32 to 1000000 px, or 0 for not checked.", problems);
        Assert.Contains("Inspection:Stitching:MinPanelLines is 20001; allowed is 32 to MaxPanelLines, which is 20000.", problems);
    }

    [Fact]
    public void Problems_ValuesThatDoNotFitEachOther_AreNamed()
    {
        InspectionOptions options = new();
        options.Edges.Mode = EdgeMode.Web;
        options.Edges.PartWidthPixels = 1000;
        options.Edges.PartLengthPixels = 1000;
        options.Edges.PartSizeTolerancePixels = 251;
        options.Verdict.AllowedCount = 2;
        options.Verdict.Dot.AllowedCount = 3;
        options.Verdict.Strip.MinimumAreaSquareMillimetres = 2;
        options.Verdict.Strip.MaximumAreaSquareMillimetres = 1;

        Assert.Equal(
        [
            "Inspection:Edges:PartLengthPixels is 1000; with mode Web it can't be measured and must be 0.",
            "Inspection:Edges:PartSizeTolerancePixels is 251; allowed for a part of this size is above 0 to 250 px.",
            "Inspection:Verdict:Dot:AllowedCount is 3; allowed is 0 to the count for all classes together, which is 2.",
            "Inspection:Verdict:Strip:MaximumAreaSquareMillimetres is 1; allowed is 0, or MinimumAreaSquareMillimetres, which is 2, and more.",
        ],
            options.Problems("Inspection", 128));
    }

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
