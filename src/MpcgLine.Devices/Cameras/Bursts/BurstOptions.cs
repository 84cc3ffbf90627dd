using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Devices.Cameras.Bursts;

/// <summary>How panels are played as bursts of strips.</summary>
public sealed record BurstOptions
{
    /// <summary>Lines per strip, 1..65536; the last strip of a burst has what is left.</summary>
    public int LinesPerStrip { get; init; } = 512;

    /// <summary>Line rate, Hz, at most 1 MHz; 0 plays as fast as the ring takes it.</summary>
    public double LinesPerSecond { get; init; }

    /// <summary>Lines the belt moves between the end of a burst and the next one's beginning, not negative.</summary>
    public int GapLines { get; init; } = 500;

    /// <summary>Encoder counts per line, 1..1000.</summary>
    public int EncoderCountsPerLine { get; init; } = 1;

    /// <summary>Encoder count at the first burst's first line.</summary>
    public EncoderCount FirstEncoder { get; init; } = new(10_000);

    /// <summary>Faults to play.</summary>
    public IReadOnlyList<BurstFault> Faults { get; init; } = [];

    /// <summary>Every problem with these values, each naming key, value and what is allowed; empty if there is none.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (LinesPerStrip is < 1 or > 65536)
        {
            problems.Add($"{nameof(LinesPerStrip)} is {LinesPerStrip}; allowed is 1..65536.");
        }

        if (!double.IsFinite(LinesPerSecond) || LinesPerSecond is < 0 or > 1e6)
        {
            problems.Add($"{nameof(LinesPerSecond)} is {LinesPerSecond}; allowed is 0 (as fast as possible) to 1000000.");
        }

        if (GapLines < 0)
        {
            problems.Add($"{nameof(GapLines)} is {GapLines}; allowed is 0 or more.");
        }

        if (EncoderCountsPerLine is < 1 or > 1000)
        {
            problems.Add($"{nameof(EncoderCountsPerLine)} is {EncoderCountsPerLine}; allowed is 1..1000.");
        }

        return problems;
    }
}
