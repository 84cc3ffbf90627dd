using MpcgLine.Inspection;

namespace MpcgLine.Service.Measuring;

/// <summary>What one panel cost.</summary>
/// <param name="Tiles">Tiles that the networks ran on: on a processor those outside the inspected area are left out.</param>
/// <param name="Strips">Strips it came in.</param>
/// <param name="Inference">Time of the inference thread's side: tile rows in, verdict out.</param>
/// <param name="Stitching">Time of the stitching thread's side.</param>
/// <param name="Steps">Inference, step by step.</param>
/// <param name="StitchingBytes">Allocated on the stitching side.</param>
/// <param name="InferenceBytes">Allocated on the inference side.</param>
internal sealed record PanelCost(
    int Tiles,
    int Strips,
    TimeSpan Inference,
    TimeSpan Stitching,
    IReadOnlyDictionary<InspectionStep, TimeSpan> Steps,
    long StitchingBytes,
    long InferenceBytes)
{
    /// <summary>Inference per tile.</summary>
    public double MsPerTile => Inference.TotalMilliseconds / Tiles;

    /// <summary>Share of inference that is spent beside the two networks.</summary>
    public double BesideNetworks => 1 - ((Steps[InspectionStep.Reconstruction] + Steps[InspectionStep.FusionNetwork]) / Inference);
}
