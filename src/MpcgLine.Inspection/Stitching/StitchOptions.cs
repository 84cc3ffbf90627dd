using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Inspection.Stitching;

/// <summary>How strips become panels.</summary>
public sealed class StitchOptions
{
    /// <summary>
    /// Shortest panel, lines; a burst announcing fewer is not inspected. 32, the default, to <see cref="MaxPanelLines"/>.
    /// Where all panels have one length, both limits are best set to it: otherwise a burst cut short at its source is
    /// a panel like any other.
    /// </summary>
    public int MinPanelLines { get; set; } = TileAxis.SmallestLength;

    /// <summary>Longest panel, lines; a burst announcing more is not inspected. 32 .. 1000000; default 20000.</summary>
    public int MaxPanelLines { get; set; } = 20_000;

    /// <summary>Tile-row buffers of 512 lines, at least 3 and what the longest strip needs; default 8.</summary>
    public int TileRowBuffers { get; set; } = 8;

    /// <summary>
    /// Encoder counts from line to line, at most 1000000, negative when the encoder counts down; 0, the default, when
    /// unknown: then only a reversal is noticed.
    /// </summary>
    public double EncoderCountsPerLine { get; set; }

    /// <summary>Allowed difference, in lines, between the encoder's travel and the lines between two strips; above 0 to 10000; default 4.</summary>
    public double EncoderToleranceLines { get; set; } = 4;

    /// <summary>Adds one sentence per value out of range.</summary>
    /// <param name="problems">Added to.</param>
    /// <param name="key">Configuration key of these options.</param>
    /// <param name="linesPerStrip">Most lines of one strip.</param>
    public void AddProblems(ICollection<string> problems, string key, int linesPerStrip)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (MaxPanelLines is < 32 or > 1_000_000)
        {
            problems.Add($"{key}:MaxPanelLines is {MaxPanelLines}; allowed is 32 to 1000000.");
        }

        if (MinPanelLines < TileAxis.SmallestLength || MinPanelLines > Math.Max(TileAxis.SmallestLength, MaxPanelLines))
        {
            problems.Add($"{key}:MinPanelLines is {MinPanelLines}; allowed is {TileAxis.SmallestLength} to MaxPanelLines, which is {MaxPanelLines}.");
        }

        int smallest = PanelStitcher.SmallestPool(linesPerStrip);
        if (TileRowBuffers < smallest || TileRowBuffers > 1024)
        {
            problems.Add($"{key}:TileRowBuffers is {TileRowBuffers}; allowed for strips of {linesPerStrip} lines is {smallest} to 1024.");
        }

        if (!(Math.Abs(EncoderCountsPerLine) <= 1_000_000))
        {
            problems.Add($"{key}:EncoderCountsPerLine is {EncoderCountsPerLine}; allowed is -1000000 to 1000000, 0 when unknown.");
        }

        if (!(EncoderToleranceLines > 0 && EncoderToleranceLines <= 10_000))
        {
            problems.Add($"{key}:EncoderToleranceLines is {EncoderToleranceLines}; allowed is above 0 to 10000 lines.");
        }
    }
}
