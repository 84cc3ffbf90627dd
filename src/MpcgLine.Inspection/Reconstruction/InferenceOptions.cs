using MpcgLine.Inspection.Difference;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>Where and how the networks run.</summary>
public sealed record InferenceOptions
{
    /// <summary>The rule that turns maps into defective pixels.</summary>
    public FusionKind Fusion { get; init; } = FusionKind.Learned;

    /// <summary>Arithmetic of the networks.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>
    /// With <see cref="Precision.Int8"/>, what each layer of the autoencoder gives, by its name, as <see cref="Reconstruction.ActivationRanges.Measure"/> finds; null otherwise.
    /// </summary>
    public IReadOnlyDictionary<string, ActivationRange>? ActivationRanges { get; init; }

    /// <summary>The arithmetic that <see cref="Precision"/> means on the device.</summary>
    public string PrecisionInWords() => Precision == Precision.Int8 ? nameof(Precision.Int8) : Precisions.Select(Precision, Device).ToString();

    /// <summary>Processor or GPU.</summary>
    public InferenceDevice Device { get; init; } = InferenceDevice.Cpu;

    /// <summary>Most tiles of one batch, 1..32; a tile row that has more is inspected in several.</summary>
    public int BatchTiles { get; init; } = 16;

    /// <summary>Whether a GPU's work on a batch is captured once and then started as a whole, where libtorch can do so.</summary>
    public bool UseCudaGraph { get; init; } = true;

    /// <summary>Threads of the tensor library, 1..64; 0 leaves its own choice.</summary>
    public int Threads { get; init; }
}
