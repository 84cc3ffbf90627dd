using MpcgLine.Inspection;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Verdicts;
using MpcgLine.Learning.Calibration;
using MpcgLine.Learning.Evaluation;

namespace MpcgLine.Learning.Tuning;

/// <summary>What one arithmetic says of the gate's images, and its own thresholds.</summary>
/// <param name="Calibration">Set in that arithmetic.</param>
/// <param name="Maps">Scores, image by image; null where an image was not inspected.</param>
internal sealed record GateScores(ModelCalibration Calibration, IReadOnlyList<ScoreMap?> Maps)
{
    /// <summary>Inspects every image as the production line would. Blocks; the calling thread is the inference thread.</summary>
    public static GateScores Of(
        ModelBundle bundle, ModelCalibration calibration, InferenceOptions inference, IReadOnlyList<GateImage> images, CalibrationOptions options, CancellationToken cancellation)
    {
        using TileInspector inspector = Calibrator.OpenWithoutThresholds(bundle, inference);
        var recorder = new RecordingInspector(inspector);
        var pipeline = new ImageInspector(recorder, options.Edges);
        List<ScoreMap?> maps = [];
        foreach (GateImage image in images)
        {
            cancellation.ThrowIfCancellationRequested();
            recorder.Recording.Clear();
            bool inspected = pipeline.Inspect(image.Image).Verdict != Verdict.NotInspected;
            maps.Add(inspected ? ScoreMap.Of(recorder.Recording, image.Image.Width, image.Image.Height) : null);
        }

        return new GateScores(calibration, maps);
    }
}
