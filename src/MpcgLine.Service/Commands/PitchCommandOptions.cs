using System.CommandLine;
using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Service.Commands;

/// <summary>The options that say how large a pixel is on the part, as the configuration's PixelPitchXMicrometres and PixelPitchYMicrometres do.</summary>
internal sealed class PitchCommandOptions
{
    private readonly Option<double> _x = CommonOptions.Number(
        "--pitch-x-um", "Width of a pixel on the part, micrometres, for the rate per square metre; 0: not known.", 0, 0, 100_000);

    private readonly Option<double> _y = CommonOptions.Number(
        "--pitch-y-um", "Travel from line to line, micrometres; 0: as --pitch-x-um.", 0, 0, 100_000);

    public void AddTo(Command command)
    {
        command.Options.Add(_x);
        command.Options.Add(_y);
    }

    /// <summary>The pitch; null where it is not known.</summary>
    /// <exception cref="CommandException">Only the travel is given.</exception>
    public PixelPitch? Read(ParseResult parsed)
    {
        double x = parsed.GetValue(_x), y = parsed.GetValue(_y);
        return (x, y) switch
        {
            (0, 0) => null,
            (0, _) => throw new CommandException("--pitch-y-um needs --pitch-x-um"),
            (_, 0) => new PixelPitch(x, x),
            _ => new PixelPitch(x, y),
        };
    }
}
