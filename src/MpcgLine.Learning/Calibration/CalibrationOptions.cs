using MpcgLine.Inspection.Stitching;

namespace MpcgLine.Learning.Calibration;

/// <summary>What a person says of a calibration.</summary>
public sealed record CalibrationOptions
{
    /// <summary>Share of good images that may be flagged, above 0 and at most 0.5.</summary>
    public double TargetRate { get; init; } = 0.02;

    /// <summary>Where the inspected area begins, as the production line will have it.</summary>
    public EdgeOptions Edges { get; init; } = new();
}
