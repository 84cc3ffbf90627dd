using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Calibration;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.ComponentTests.Calibration;

[Collection(TensorTests.Name)]
public sealed class CalibratorTests
{
    private const int Edge = 600, Border = 40;

    private static readonly CalibrationOptions Contrast = new() { Edges = new EdgeOptions { Mode = EdgeMode.Contrast, InsidePixels = 10 } };

    [Fact]
    public void Calibrate_ImageWithoutAPart_IsLeftOutAndNamed()
    {
        NamedImage[] parts = [Part(1), Part(2)];

        CalibrationResult with = Calibrate(TestModel.Create(), [.. parts, Black("empty.png")], Contrast);
        CalibrationResult without = Calibrate(TestModel.Create(), parts, Contrast);

        Assert.StartsWith("empty.png: not inspected", Assert.Single(with.Excluded), StringComparison.Ordinal);
        Assert.Empty(without.Excluded);
        Assert.Equal(without.Bundle.Manifest.Calibration, with.Bundle.Manifest.Calibration);
        Assert.Equal(2, with.Bundle.Manifest.Calibration!.GoodImages);
    }

    [Fact]
    public void Calibrate_NoImageHasAPart_SaysSo()
    {
        var error = Assert.Throws<DatasetException>(() => Calibrate(TestModel.Create(), [Black("a.png"), Black("b.png")], Contrast));

        Assert.Contains("None of the 2 good images of test", error.Message, StringComparison.Ordinal);
        Assert.Contains("a.png: not inspected", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Calibrate_AnyBundle_RecordsTheEdgesAndKeepsTheGoldenTiles()
    {
        ModelBundle bundle = TestModel.Create();

        CalibrationResult result = Calibrate(bundle, [Part(1)], Contrast with { TargetRate = 0.5 });

        Assert.Equal(EdgeMode.Contrast, result.Bundle.Manifest.Calibration!.Edges);
        Assert.Equal(10, result.Bundle.Manifest.Calibration.InsidePixels);
        Assert.Same(bundle.GoldenTiles[0], Assert.Single(result.Bundle.GoldenTiles));
        Assert.Contains("rest on 1 good parts alone", result.Warning, StringComparison.Ordinal);
        Assert.Contains("8 parts or more are enough for a rate of 50 %", result.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Calibrate_RateBelowThatOfTheNextPart_SaysWhatItExtrapolatesFrom()
    {
        CalibrationResult result = Calibrate(TestModel.Create(), [Part(1)], Contrast with { TargetRate = 0.05 });

        Assert.Contains("1 good parts of 4 tiles leave 1 values to extrapolate from", result.Warning, StringComparison.Ordinal);
        Assert.Contains("from 19 on nothing is extrapolated", result.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Calibrate_ImagesOfOnePart_CountAsOnePart()
    {
        NamedImage[] exposures = [Part(1) with { Part = "one" }, Part(2) with { Part = "one" }, Part(3) with { Part = "two" }];
        CalibrationOptions options = new() { Edges = Contrast.Edges, Pitch = new PixelPitch(100, 50) };

        ModelCalibration of = Calibrate(TestModel.Create(), exposures, options).Bundle.Manifest.Calibration!;

        Assert.Equal((3, 2), (of.GoodImages, of.Parts));
        Assert.Equal(0.02, of.TargetFalseAlarmRate);
        // None of two flagged: 1 - 0.025^(1/2).
        Assert.Equal(0.8419, of.ExpectedHigh, 1e-4);
        // Three images of 512 - 20 px square, on two parts.
        Assert.Equal(1.5 * 492 * 492 * 100e-6 * 50e-6, of.PartSquareMetres!.Value, 1e-5);
        Assert.NotEqual(of.ImagesSha256, Calibrate(TestModel.Create(), exposures[1..], options).Bundle.Manifest.Calibration!.ImagesSha256);
    }

    [Fact]
    public void Calibrate_Exposures_EachHaveAVerdict()
    {
        NamedImage[] images = [Part(1) with { Part = "one" }, Part(2) with { Part = "one" }, Part(3) with { Part = "two" }, Part(4) with { Part = "two" }];
        CalibrationOptions pieces = new() { Edges = Contrast.Edges, Pitch = new PixelPitch(100, 100), TargetRate = 0.5 };

        ModelCalibration ofPieces = Calibrate(TestModel.Create(), images, pieces).Bundle.Manifest.Calibration!;
        ModelCalibration of = Calibrate(TestModel.Create(), images, pieces with { ImagesAreExposures = true }).Bundle.Manifest.Calibration!;

        Assert.Null(ofPieces.ImagesAreExposures);
        Assert.True(of.ImagesAreExposures);
        Assert.Equal((4, 2), (of.GoodImages, of.Parts));
        // At a rate of one half none of two parts may lie above, but one of four exposures may.
        Assert.True(of.Threshold < ofPieces.Threshold);
        Assert.Equal(492 * 492 * 1e-8, of.PartSquareMetres!.Value, 1e-6);
    }

    [Fact]
    public void Calibrate_FewExposures_AsksForParts()
    {
        NamedImage[] images = [.. Enumerable.Range(1, 6).Select(i => Part(i) with { Part = i > 3 ? "one" : "two" })];

        CalibrationResult result = Calibrate(TestModel.Create(), images, Contrast with { TargetRate = 0.05, ImagesAreExposures = true });

        // Each image has four tiles, and three exposures are as good as one.
        Assert.Contains("2 good parts of 8 tiles leave 2 values", result.Warning, StringComparison.Ordinal);
        Assert.Contains("about 8 parts make as many", result.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Calibrate_TooFewTiles_IsRefusedWithHowManyMore()
    {
        NamedImage[] small = [.. Enumerable.Range(0, 2).Select(i => new NamedImage($"{i}.png", new GrayImage(64, 64, TestModel.Tile(i)[..4096])))];

        var error = Assert.Throws<DatasetException>(() => Calibrate(TestModel.Create(), small, new CalibrationOptions()));
        var early = Assert.Throws<DatasetException>(() => new CalibrationOptions().RequireEnough(small, oneOf: 4));

        Assert.Contains("2 good parts of 2 tiles; at least 4 tiles are needed, so 2 more such parts.", error.Message, StringComparison.Ordinal);
        Assert.Contains("so 2 more such parts (one of 4 is held out for this: add 8).", early.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RequireEnough_TilesOutsideThePart_AreNotCounted()
    {
        // The part ends before the second column and the second row of tiles begin.
        GrayImage narrow = new(Edge, Edge);
        for (int y = 0; y < 380; y++)
        {
            narrow.Row(Border + y).Slice(Border, 380).Fill(128);
        }

        CalibrationOptions options = Contrast with { Edges = new EdgeOptions { Mode = EdgeMode.Contrast, InsidePixels = 10, MinimumInspectedFraction = 0.2 } };

        var error = Assert.Throws<DatasetException>(() => options.RequireEnough([new NamedImage("narrow.png", narrow)], oneOf: 1));
        options.RequireEnough([Part(1)], oneOf: 1);

        Assert.Contains("1 good parts of 1 tiles; at least 4 tiles are needed, so 3 more such parts.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Calibrate_GoldenAnswerDiffers_IsRefused()
    {
        ModelBundle bundle = TestModel.Create();
        GoldenTile golden = bundle.GoldenTiles[0];

        Assert.Throws<ModelException>(() =>
            Calibrate(bundle.WithGoldenTiles([golden with { Scores = [.. golden.Scores.Reverse()] }]), [Part(1)], Contrast));
    }

    [Fact]
    public void Calibrate_NarrowImagesAsWeb_IsRefusedByNameAndWidth()
    {
        CalibrationOptions web = new() { Edges = new EdgeOptions { Mode = EdgeMode.Web }, TargetRate = 0.7 };

        var error = Assert.Throws<DatasetException>(() => Calibrate(TestModel.Create(), [Part(1)], web));

        Assert.Contains($"part-1.png is {Edge} px wide; at least 1024 px", error.Message, StringComparison.Ordinal);
        Assert.Contains("rate is 0.7; allowed is above 0 to 0.5", error.Message, StringComparison.Ordinal);
    }

    private static CalibrationResult Calibrate(ModelBundle bundle, IReadOnlyList<NamedImage> good, CalibrationOptions options) =>
        Calibrator.Calibrate(bundle, good, "test", options, inspected: null, TestContext.Current.CancellationToken);

    private static NamedImage Black(string name) => new(name, new GrayImage(Edge, Edge, new byte[Edge * Edge]));

    /// <summary>A striped part on black.</summary>
    private static NamedImage Part(int seed)
    {
        byte[] tile = TestModel.Tile(seed), pixels = new byte[Edge * Edge];
        for (int y = 0; y < TileGrid.Size; y++)
        {
            tile.AsSpan(y * TileGrid.Size, TileGrid.Size).CopyTo(pixels.AsSpan(((y + Border) * Edge) + Border));
        }

        return new NamedImage($"part-{seed}.png", new GrayImage(Edge, Edge, pixels));
    }
}
