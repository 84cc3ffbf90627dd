using System.CommandLine;
using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.Service.Commands;

/// <summary>The options that say where the networks run and in which arithmetic; shared by the commands that inspect images.</summary>
internal sealed class InferenceCommandOptions
{
    private readonly Option<InferenceDevice> _device = CommonOptions.Device();

    private readonly Option<Precision> _precision = CommonOptions.Choice(
        "--precision",
        "Arithmetic of the networks; auto: as production does, by the bundle's profile of `bench --tune` where it has one, or what the device multiplies fastest; int8 needs a profile.",
        Precision.Auto,
        ("auto", Precision.Auto),
        ("float32", Precision.Float32),
        ("bfloat16", Precision.BFloat16),
        ("float16", Precision.Float16),
        ("int8", Precision.Int8));

    /// <summary>The options, for a command that refuses them at times.</summary>
    public Option[] All => [_device, _precision];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_device);
        command.Options.Add(_precision);
    }

    /// <summary>What the command line says.</summary>
    public InferenceOptions Read(ParseResult parsed) => new() { Device = parsed.GetValue(_device), Precision = parsed.GetValue(_precision) };
}
