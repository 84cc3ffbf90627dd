namespace MpcgLine.Inspection.Rejection;

/// <summary>Where a panel's leading edge lies against the part sensor, and how the two encoders relate.</summary>
public sealed record PartBindingOptions
{
    /// <summary>PLC encoder counts per camera encoder count; negative where the shafts turn against each other, never 0.</summary>
    public double EncoderScale { get; init; } = 1;

    /// <summary>PLC encoder count at camera encoder count 0.</summary>
    public long EncoderOffset { get; init; }

    /// <summary>PLC encoder counts from the part sensor's firing to the leading edge under the camera.</summary>
    public int Distance { get; init; }

    /// <summary>
    /// Largest deviation from <see cref="Distance"/> that still binds, PLC encoder counts, 0..10000000. Below half the
    /// least distance between parts: with more a panel may bind its neighbour's announcement.
    /// </summary>
    public int Tolerance { get; init; } = 50;

    /// <summary>Announced parts remembered, at least 1; older ones bind nothing any more.</summary>
    public int Capacity { get; init; } = 64;

    /// <summary>Every problem with these values, each naming key, value and what is allowed; empty if there is none.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (!double.IsFinite(EncoderScale) || EncoderScale == 0 || Math.Abs(EncoderScale) > 1e6)
        {
            problems.Add($"{nameof(EncoderScale)} is {EncoderScale}; it must lie within -1000000..1000000 and not be 0.");
        }

        if (Tolerance is < 0 or > 10_000_000)
        {
            problems.Add($"{nameof(Tolerance)} is {Tolerance}; it must lie within 0..10000000 counts.");
        }

        if (Capacity is < 1 or > 65536)
        {
            problems.Add($"{nameof(Capacity)} is {Capacity}; it must lie within 1..65536.");
        }

        return problems;
    }
}
