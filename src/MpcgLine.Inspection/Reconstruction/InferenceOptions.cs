using MpcgLine.Inspection.Difference;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>Where and how the networks run.</summary>
public sealed record InferenceOptions
{
    /// <summary>The rule that turns maps into defective pixels.</summary>
    public FusionKind Fusion { get; init; } = FusionKind.Learned;

    /// <summary>Arithmetic of the networks.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Processor or GPU.</summary>
    public InferenceDevice Device { get; init; } = InferenceDevice.Cpu;

    /// <summary>Most tiles of one batch, 1..32; a tile row that has more is inspected in several.</summary>
    public int BatchTiles { get; init; } = 16;

    /// <summary>Threads of the tensor library, 1..64; 0 leaves its own choice.</summary>
    public int Threads { get; init; }
}

/// <summary>Arithmetic of the networks.</summary>
public enum Precision
{
    /// <summary>bfloat16 where the processor multiplies it in hardware, float16 on a GPU, float32 otherwise.</summary>
    Auto,

    /// <summary>Single precision.</summary>
    Float32,

    /// <summary>bfloat16, sums in single precision.</summary>
    BFloat16,

    /// <summary>Half precision, for GPUs.</summary>
    Float16,
}

/// <summary>Where the networks run.</summary>
public enum InferenceDevice
{
    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>The first CUDA device; needs a CUDA build of libtorch.</summary>
    Cuda,
}
