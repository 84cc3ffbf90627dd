using System.Globalization;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Baselines;
using MpcgLine.Learning.Calibration;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.Service.Evaluation;

/// <summary>A method to be scored, with its threshold.</summary>
/// <param name="Method">Which one.</param>
/// <param name="Model">Name of its bundle; null where it has none.</param>
/// <param name="Open">Opens its inference stage, with nothing suspected; the caller disposes it.</param>
/// <param name="Threshold">Scores from here on are suspect.</param>
/// <param name="ThresholdSource">Where the threshold comes from, in words.</param>
internal sealed record ScoredMethod(InspectionMethod Method, string? Model, Func<MethodInspector> Open, float Threshold, string ThresholdSource)
{
    // The paper's gamma, where nothing better is known.
    private const float PrintedGamma = 3;

    /// <summary>Method and bundle, for headings.</summary>
    public string Title => Model is null ? Method.Title() : $"{Model}, {Method.Title()}";

    /// <summary>A method of a bundle, its threshold the bundle's own, or, where the bundle has none for it, as printed.</summary>
    /// <param name="method">One that starts from a bundle.</param>
    /// <param name="bundle">Calibrated.</param>
    /// <param name="inference">Where and how the networks run; null: on the processor, in the precision production takes there.</param>
    /// <exception cref="ModelException">The bundle is not calibrated.</exception>
    public static ScoredMethod Of(InspectionMethod method, ModelBundle bundle, InferenceOptions? inference = null)
    {
        ModelCalibration calibration = bundle.Manifest.Calibration
            ?? throw new ModelException($"{bundle.Manifest.Name} is not calibrated: run `mpcgline calibrate` on good images first.");
        (float threshold, string source) = method switch
        {
            InspectionMethod.Learned => (calibration.Threshold, "the bundle's"),
            // Eq. 20 says more than epsilon, here it is from the threshold on.
            InspectionMethod.Paper => (MathF.BitIncrement(calibration.Epsilon), "the bundle's epsilon"),
            _ => (PrintedGamma, "gamma = 3 as printed in the paper, not calibrated"),
        };
        return new ScoredMethod(method, bundle.Manifest.Name, () => MethodInspector.Open(method, bundle, inference), threshold, source);
    }

    /// <summary>The method with its threshold set on good images it has not learnt from.</summary>
    /// <param name="method">Its threshold is replaced.</param>
    /// <param name="images">Their held-out part is used.</param>
    /// <param name="options">Target and edges.</param>
    /// <param name="stop">Ends between two images.</param>
    /// <returns>The method, and remarks for the person.</returns>
    public static (ScoredMethod Method, IReadOnlyList<string> Remarks) Calibrate(
        ScoredMethod method, GoodImages images, CalibrationOptions options, CancellationToken stop)
    {
        using MethodInspector inspector = method.Open();
        CalibratedThreshold threshold = Calibrator.Calibrate(inspector, images.HeldOut, images.Source, options, inspected: null, stop);
        string flagged = options.ImagesAreExposures ? "exposures" : "parts";
        string source = string.Create(
            CultureInfo.InvariantCulture,
            $"calibrated on {threshold.Parts} held-out parts of {images.Source}, target {threshold.Target:0.####} of {flagged}, expected {threshold.ExpectedLow:0.000} to {threshold.ExpectedHigh:0.000}");
        List<string> remarks = [];
        if (threshold.Excluded.Count > 0)
        {
            remarks.Add($"left out of the calibration, since the production line would not inspect them: {string.Join("; ", threshold.Excluded)}");
        }

        if (threshold.Warning is { } warning)
        {
            remarks.Add($"warning: {warning}");
        }

        return (method with { Threshold = threshold.Threshold, ThresholdSource = source }, remarks);
    }
}
