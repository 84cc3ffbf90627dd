using MpcgLine.Inspection;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Regions;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Learning.Bundles;
using MpcgLine.Learning.Calibration;
using MpcgLine.Learning.Evaluation;
using MpcgLine.Simulation;

namespace MpcgLine.ComponentTests.Baselines;

/// <summary>Whether the simulated panels are hard enough that the networks are needed.</summary>
[Collection(TensorTests.Name)]
public sealed class DifferenceOfGaussiansTests
{
    // What is promised of the networks: recall 0.95 and precision 0.90.
    private const double PromisedF1 = 0.924;
    private const double LeastLead = 0.15;

    private static readonly string ShippedModel = Path.Combine(AppContext.BaseDirectory, "models", "simulated-glass");

    // The demonstration's line, with panels of other seeds than its own and the training's.
    private static readonly PanelSimulationOptions Line = new() { Width = 1024, Length = 2048 };
    private static readonly PanelSequence Panels = new(Line with { Seed = 90_001 }, count: 8, cleanCount: 2);
    private static readonly PanelSequence GoodPanels = new(Line with { Seed = 90_002 }, count: 8, cleanCount: 8);

    private static readonly Lazy<(DetectorScore Calibrated, DetectorScore Best)> Figures = new(ScoreBaseline);

    [Fact]
    public void Inspect_SimulatedPanels_StaysFarBelowWhatIsPromisedOfTheNetworks()
    {
        (DetectorScore calibrated, DetectorScore best) = Figures.Value;

        Write($"difference of Gaussians, calibrated: {calibrated}");
        Write($"difference of Gaussians, threshold chosen on these very panels: {best}");
        Assert.True(best.Found > 0, "it finds nothing whatever the threshold: it is no baseline");
        Assert.True(best.F1 <= PromisedF1 - LeastLead, $"at its best: {best}");
    }

    [Fact]
    public void Inspect_SimulatedPanels_StaysFarBelowTheShippedModel()
    {
        Assert.SkipUnless(
            File.Exists(Path.Combine(ShippedModel, ModelBundle.ManifestName)), $"no shipped model: {ShippedModel} has no {ModelBundle.ManifestName}");
        using TileInspector networks = new(ModelFolder.Read(ShippedModel), new InferenceOptions { BatchTiles = 8 });

        DetectorScore model = DetectorScore.Of(networks, Render(Panels));

        (DetectorScore calibrated, DetectorScore best) = Figures.Value;
        Write($"networks, calibrated: {model}");
        Assert.True(calibrated.F1 <= model.F1 - LeastLead, $"calibrated: {calibrated}; networks: {model}");
        Assert.True(best.F1 <= model.F1 - LeastLead, $"at its best: {best}; networks: {model}");
    }

    [Theory]
    [InlineData(4, 30)]
    [InlineData(8, -30)]
    [InlineData(16, 30)]
    public void Inspect_DotOnAPlainSurface_IsFoundAtItsPlaceWithItsSize(int diameter, int contrast)
    {
        GrayImage image = Noise(seed: 1);
        TrueRegion dot = PaintDot(image, 300, 200, diameter, contrast);
        DifferenceOfGaussians detector = new();
        Calibrate(detector, [Noise(seed: 2)], 0.02, EdgeMode.None);

        // The one with the highest score.
        Defect defect = DetectorScore.Pipeline(detector, image.Width, EdgeMode.None).Inspect(image, 1).Defects[0];

        Assert.Equal(300, defect.CentroidX, 1.0);
        Assert.Equal(200, defect.CentroidY, 1.0);
        Assert.Equal([true], RegionMatcher.Match([dot], [new FoundRegion(defect.Box, defect.AreaPixels)]).IsRight);
    }

    private static (DetectorScore Calibrated, DetectorScore Best) ScoreBaseline()
    {
        (SimulatedPanel, GrayImage)[] panels = Render(Panels);
        DifferenceOfGaussians detector = new();
        Calibrate(detector, [.. Render(GoodPanels).Select(panel => panel.Image)], CalibrationOptions.UsualTarget, EdgeMode.Contrast);
        return (DetectorScore.Of(detector, panels), FindBest(detector, panels));
    }

    /// <summary>
    /// A limit for every scale, then a threshold for all together, each at the target rate on good panels and by the
    /// program's own rule for thresholds.
    /// </summary>
    private static void Calibrate(DifferenceOfGaussians detector, IReadOnlyList<GrayImage> good, double target, EdgeMode edges)
    {
        float[] limits = new float[DifferenceOfGaussians.Scales];
        detector.Forget();
        detector.Threshold = float.MaxValue;
        for (int scale = 0; scale < limits.Length; scale++)
        {
            detector.Limits = [float.MaxValue, float.MaxValue, float.MaxValue];
            detector.Limits[scale] = 1;
            limits[scale] = Tail(detector, good, target, edges);
        }

        detector.Limits = limits;
        detector.Threshold = Tail(detector, good, target, edges);
        detector.Forget();
    }

    private static float Tail(DifferenceOfGaussians detector, IReadOnlyList<GrayImage> good, double target, EdgeMode edges)
    {
        MaximaRecorder recorder = new(detector);
        InspectionPipeline pipeline = DetectorScore.Pipeline(recorder, good[0].Width, edges);
        detector.Rewind();
        List<IReadOnlyList<IReadOnlyList<double>>> maxima = [];
        for (int i = 0; i < good.Count; i++)
        {
            pipeline.Inspect(good[i], i + 1);
            maxima.Add([recorder.Take("").Scores]);
        }

        return (float)TailThreshold.Of(maxima, target).Threshold;
    }

    /// <summary>The threshold that does best on the very panels it is scored on: more than any calibration can reach.</summary>
    private static DetectorScore FindBest(DifferenceOfGaussians detector, IReadOnlyList<(SimulatedPanel, GrayImage)> panels)
    {
        float calibrated = detector.Threshold;
        List<DetectorScore> scores = [];
        for (double factor = 0.9; factor > 0.2; factor *= 0.9)
        {
            detector.Threshold = (float)(calibrated * factor);
            detector.Rewind();
            scores.Add(DetectorScore.Of(detector, panels));
        }

        return scores.MaxBy(score => score.F1)!;
    }

    private static void Write(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);

    private static (SimulatedPanel Panel, GrayImage Image)[] Render(PanelSequence sequence)
    {
        (SimulatedPanel, GrayImage)[] panels = new (SimulatedPanel, GrayImage)[sequence.Count];
        Parallel.For(0, panels.Length, i =>
        {
            SimulatedPanel panel = sequence[i];
            panels[i] = (panel, panel.Render());
        });
        return panels;
    }

    private static GrayImage Noise(int seed)
    {
        Random random = new(seed);
        GrayImage image = new(512, 512);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            // A sum of three is nearly Gaussian: deviation 3.5.
            image.Pixels[i] = (byte)(120 + random.Next(-3, 4) + random.Next(-3, 4) + random.Next(-3, 4));
        }

        return image;
    }

    private static TrueRegion PaintDot(GrayImage image, int centreX, int centreY, int diameter, int contrast)
    {
        int radius = diameter / 2, side = (2 * radius) + 1;
        byte[] mask = new byte[side * side];
        for (int i = 0; i < mask.Length; i++)
        {
            (int y, int x) = Math.DivRem(i, side);
            if (((x - radius) * (x - radius)) + ((y - radius) * (y - radius)) <= radius * radius)
            {
                mask[i] = 255;
                image[centreX - radius + x, centreY - radius + y] += (byte)contrast;
            }
        }

        return new TrueRegion(new PixelBox(centreX - radius, centreY - radius, side, side), mask);
    }
}
