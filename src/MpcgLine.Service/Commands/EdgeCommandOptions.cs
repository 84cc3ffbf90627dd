using System.CommandLine;
using MpcgLine.Inspection.Stitching;

namespace MpcgLine.Service.Commands;

/// <summary>The options that say where on an image the part is; shared by the commands that inspect images.</summary>
internal sealed class EdgeCommandOptions
{
    private readonly Option<EdgeMode> _mode = CommonOptions.Choice(
        "--edges",
        "Where the part's edges are looked for: nowhere, on all four sides by contrast, or left and right on web material.",
        EdgeMode.None,
        ("none", EdgeMode.None),
        ("contrast", EdgeMode.Contrast),
        ("web", EdgeMode.Web));

    private readonly Option<double> _inside = CommonOptions.Number(
        "--inside", "Distance inside a found edge at which inspection begins, px.", 8.0, 0, 1000);

    private readonly Option<double> _cornerRadius = CommonOptions.Number(
        "--corner-radius", "With --edges contrast: radius of the part's round corners, px.", 0.0, 0, 5000);

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="otherwise">Where edges and distance come from when not given, for the help text.</param>
    public void AddTo(Command command, string? otherwise = null)
    {
        if (otherwise is not null)
        {
            _mode.Description += $" Not given: {otherwise}.";
            _inside.Description += $" Not given: {otherwise}.";
        }

        command.Options.Add(_mode);
        command.Options.Add(_inside);
        command.Options.Add(_cornerRadius);
    }

    /// <summary>Whether the command line says where the edges are.</summary>
    public bool IsModeGiven(ParseResult parsed) => IsGiven(parsed, _mode);

    /// <summary>What the command line says, or else <paramref name="mode"/> and <paramref name="inside"/>.</summary>
    public EdgeOptions Read(ParseResult parsed, EdgeMode? mode = null, double? inside = null) => new()
    {
        Mode = IsGiven(parsed, _mode) ? parsed.GetValue(_mode) : mode ?? parsed.GetValue(_mode),
        InsidePixels = IsGiven(parsed, _inside) ? parsed.GetValue(_inside) : inside ?? parsed.GetValue(_inside),
        CornerRadiusPixels = parsed.GetValue(_cornerRadius),
    };

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}
