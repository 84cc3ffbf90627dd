using System.CommandLine;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.Service.Commands;

/// <summary>The options that say which images show the same part; shared by the commands that learn from good images.</summary>
internal sealed class PartCommandOptions
{
    private readonly Option<string?> _pattern = new("--part")
    {
        Description = "Regular expression on a file name; its first group, or all it matches, names the part, and images of one part are never split. Not given: each image is a part.",
        HelpName = "REGEX",
    };

    private readonly Option<long?> _gap = new("--part-gap")
    {
        Description = "With --part: what it finds is a running number, and images belong to one part while their numbers lie at most this far apart.",
        HelpName = "NUMBER",
    };

    private readonly Option<bool> _exposures = new("--exposures")
    {
        Description = "With --part: each image of a part shows all of it and gets a verdict of its own, so thresholds are set for the share of images flagged. Not given: images are pieces of their part, which is flagged where one of them is.",
    };

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="setsThresholds">Whether the command sets thresholds; nothing else hangs on <c>--exposures</c>.</param>
    public void AddTo(Command command, bool setsThresholds = true)
    {
        command.Options.Add(_pattern);
        command.Options.Add(_gap);
        if (setsThresholds)
        {
            command.Options.Add(_exposures);
        }
    }

    /// <summary>Whether the command line says anything of parts.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_pattern) is not null || parsed.GetValue(_gap) is not null || parsed.GetValue(_exposures);

    public PartNames Read(ParseResult parsed) => PartNames.Of(parsed.GetValue(_pattern), parsed.GetValue(_gap), parsed.GetValue(_exposures));
}
