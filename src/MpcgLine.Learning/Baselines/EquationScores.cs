using MpcgLine.Inspection;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.Learning.Baselines;

/// <summary>Equation 21 without its mask: what the rules for a bundle start from.</summary>
internal static class EquationScores
{
    /// <summary>gamma of Eq. 21, as printed.</summary>
    public const float Gamma = 3;

    /// <summary>
    /// The inference stage with every patch suspect (M = 1), so that a cell's score is its largest
    /// <c>(residual - mu) / sigma</c>, to be compared with gamma.
    /// </summary>
    public static TileInspector Open(ModelBundle bundle, InferenceOptions options) => new(
        bundle.WithCalibration(new ModelCalibration(Epsilon: -1, float.MaxValue, 0, 0, 0, 1, "none")),
        options with { Fusion = FusionKind.Paper });
}
