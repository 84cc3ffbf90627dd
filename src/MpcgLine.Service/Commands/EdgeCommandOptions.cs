using System.CommandLine;
using System.Globalization;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Stitching;

namespace MpcgLine.Service.Commands;

/// <summary>The options that say where on an image the part is; shared by the commands that inspect images.</summary>
internal sealed class EdgeCommandOptions
{
    /// <summary>Edges where neither a person nor a bundle says otherwise.</summary>
    public static readonly EdgeOptions Usual = new();

    private readonly Option<EdgeMode> _mode = CommonOptions.Choice(
        "--edges",
        "Where the part's edges are looked for: nowhere, on all four sides by contrast, or left and right on web material.",
        Usual.Mode,
        ("none", EdgeMode.None),
        ("contrast", EdgeMode.Contrast),
        ("web", EdgeMode.Web));

    private readonly Option<double> _inside = CommonOptions.Number(
        "--inside", "Distance inside a found edge at which inspection begins, px.", Usual.InsidePixels, 0, 1000);

    private readonly Option<double> _cornerRadius = CommonOptions.Number(
        "--corner-radius", "With --edges contrast: radius of the part's round corners, px.", Usual.CornerRadiusPixels, 0, 5000);

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="mode">Where the mode comes from when not given, for the help text; null: the default holds.</param>
    /// <param name="inside">The same of the distance.</param>
    /// <param name="cornerRadius">The same of the radius.</param>
    public void AddTo(Command command, string? mode = null, string? inside = null, string? cornerRadius = null)
    {
        Add(command, _mode, mode);
        Add(command, _inside, inside);
        Add(command, _cornerRadius, cornerRadius);
    }

    /// <summary>Whether the command line says where the edges are.</summary>
    public bool IsModeGiven(ParseResult parsed) => CommonOptions.IsGiven(parsed, _mode);

    /// <summary>What the command line says, and for what it does not say the values given here.</summary>
    public EdgeOptions Read(ParseResult parsed, EdgeMode? mode = null, double? inside = null, double? cornerRadius = null) => new()
    {
        Mode = Choose(parsed, _mode, mode ?? Usual.Mode),
        InsidePixels = Choose(parsed, _inside, inside ?? Usual.InsidePixels),
        CornerRadiusPixels = Choose(parsed, _cornerRadius, cornerRadius ?? Usual.CornerRadiusPixels),
    };

    /// <summary>What the command line says, and for what it does not say how the bundle was calibrated.</summary>
    public EdgeOptions Read(ParseResult parsed, ModelCalibration? calibration) =>
        Read(parsed, calibration?.Edges, calibration?.InsidePixels, calibration?.CornerRadiusPixels);

    /// <summary>Edges in words.</summary>
    public static string Describe(EdgeOptions edges) => string.Create(
        CultureInfo.InvariantCulture,
        $"edges '{edges.Mode}', {edges.InsidePixels} px inside{(edges.CornerRadiusPixels > 0 ? $", corner radius {edges.CornerRadiusPixels:0.#} px" : "")}");

    private static void Add<T>(Command command, Option<T> option, string? otherwise)
    {
        if (otherwise is not null)
        {
            option.Description += $" Not given: {otherwise}.";
            // The help would name a default that does not apply.
            option.DefaultValueFactory = null;
        }

        command.Options.Add(option);
    }

    private static T Choose<T>(ParseResult parsed, Option<T> option, T otherwise)
        where T : struct => CommonOptions.IsGiven(parsed, option) ? parsed.GetValue(option) : otherwise;
}
