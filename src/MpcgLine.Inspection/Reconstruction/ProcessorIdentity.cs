namespace MpcgLine.Inspection.Reconstruction;

/// <summary>The processor that a local profile was made on: on another, other arithmetic may be fastest, and numbers round otherwise.</summary>
/// <param name="Model">As the system names it.</param>
/// <param name="Cores">Its cores, as far as this program may use them.</param>
/// <param name="MultipliesBFloat16">Whether it multiplies bfloat16 in hardware.</param>
/// <param name="MultipliesBytes">Whether it sums products of bytes in 32 bits (AVX-512 VNNI).</param>
public sealed record ProcessorIdentity(string Model, int Cores, bool MultipliesBFloat16, bool MultipliesBytes)
{
    /// <summary>In words.</summary>
    public override string ToString() =>
        $"{Model}, {Cores} cores, {(MultipliesBFloat16 ? "with" : "without")} bfloat16, {(MultipliesBytes ? "with" : "without")} int8";

    /// <summary>This machine's.</summary>
    /// <param name="model">As the system names it.</param>
    /// <param name="cores">Its cores, as far as this program may use them.</param>
    public static ProcessorIdentity OfThisMachine(string model, int cores) => new(model, cores, Precisions.MultipliesBFloat16(), Precisions.WhyNoInt8() is null);
}
