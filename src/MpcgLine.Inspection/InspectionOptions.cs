using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Regions;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Inspection;

/// <summary>Everything the inspection path can be told.</summary>
public sealed class InspectionOptions
{
    /// <summary>Width of a pixel on the part, from the optics, micrometres; above 0; default 10.</summary>
    public double PixelPitchXMicrometres { get; set; } = 10;

    /// <summary>Travel from line to line, from the encoder, micrometres; above 0; default 10.</summary>
    public double PixelPitchYMicrometres { get; set; } = 10;

    /// <summary>How strips become panels.</summary>
    public StitchOptions Stitching { get; set; } = new();

    /// <summary>Where the part lies in the image.</summary>
    public EdgeOptions Edges { get; set; } = new();

    /// <summary>What counts as a region.</summary>
    public RegionOptions Regions { get; set; } = new();

    /// <summary>When a panel is rejected.</summary>
    public VerdictOptions Verdict { get; set; } = new();

    internal PixelPitch Pitch => new(PixelPitchXMicrometres, PixelPitchYMicrometres);

    /// <summary>Every value out of range, one sentence each; empty when all is well.</summary>
    /// <param name="key">Configuration key of these options.</param>
    /// <param name="linesPerStrip">Most lines of one strip.</param>
    public IReadOnlyList<string> Problems(string key, int linesPerStrip)
    {
        List<string> problems = [];
        AddPitchProblem(problems, $"{key}:{nameof(PixelPitchXMicrometres)}", PixelPitchXMicrometres);
        AddPitchProblem(problems, $"{key}:{nameof(PixelPitchYMicrometres)}", PixelPitchYMicrometres);
        Stitching.AddProblems(problems, $"{key}:{nameof(Stitching)}", linesPerStrip);
        Edges.AddProblems(problems, $"{key}:{nameof(Edges)}");
        Regions.AddProblems(problems, $"{key}:{nameof(Regions)}");
        Verdict.AddProblems(problems, $"{key}:{nameof(Verdict)}");
        return problems;
    }

    private static void AddPitchProblem(List<string> problems, string key, double value)
    {
        if (!(value > 0 && value <= 10_000))
        {
            problems.Add($"{key} is {value}; allowed is above 0 to 10000 micrometres.");
        }
    }
}
