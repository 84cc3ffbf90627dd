using MpcgLine.Inspection;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Regions;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Calibration;
using MpcgLine.Learning.Evaluation;

namespace MpcgLine.ComponentTests;

[Collection(TensorTests.Name)]
public sealed class RecordedTileInspectorTests
{
    [Fact]
    public void Inspect_RecordingAtAThreshold_GivesTheDefectsOfTheNetworksAtThatThreshold()
    {
        GrayImage image = Image(700, 480);
        ModelBundle bundle = TestModel.Create();
        TileRecording recording = Record(bundle, image);
        float threshold = Quantile(recording, 0.995);
        EdgeOptions edges = new();

        IReadOnlyList<Defect> expected;
        using (TileInspector networks = new(Calibrated(bundle, threshold), new InferenceOptions { Fusion = FusionKind.Learned, BatchTiles = 2 }))
        {
            expected = new ImageInspector(networks, edges).Inspect(image).Defects;
        }

        RecordedTileInspector recorded = new(1);
        recorded.Start(recording, threshold);
        IReadOnlyList<Defect> actual = new ImageInspector(recorded, edges).Inspect(image).Defects;

        Assert.NotEmpty(expected);
        Assert.Equal(expected, actual);
    }

    private static TileRecording Record(ModelBundle bundle, GrayImage image)
    {
        using TileInspector unlimited = Calibrator.OpenWithoutThresholds(bundle, new InferenceOptions { BatchTiles = 2 });
        RecordingInspector recorder = new(unlimited);
        Assert.Empty(new ImageInspector(recorder, new EdgeOptions()).Inspect(image).Defects);
        return recorder.Recording;
    }

    private static float Quantile(TileRecording recording, double share)
    {
        float[] scores = [.. Enumerable.Range(0, recording.Count).SelectMany(tile => recording.Scores(tile).ToArray()).Where(float.IsFinite).Order()];
        return scores[(int)(share * scores.Length)];
    }

    private static ModelBundle Calibrated(ModelBundle bundle, float threshold) =>
        bundle.WithCalibration(bundle.Manifest.Calibration! with { Threshold = threshold });

    private static GrayImage Image(int width, int height)
    {
        Random random = new(5);
        GrayImage image = new(width, height);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)(120 + (40 * Math.Sin(i % width / 20.0)) + random.Next(-12, 13));
        }

        return image;
    }
}
