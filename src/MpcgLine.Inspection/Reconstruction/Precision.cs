namespace MpcgLine.Inspection.Reconstruction;

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

    /// <summary>
    /// The autoencoder over bytes, sums exact, on a processor with AVX-512 VNNI; its first layer, its last two and the fusion as <see cref="Auto"/>.
    /// </summary>
    Int8,
}
