namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// One convolution with what follows it. Both networks of a bundle are lists of these: the trained modules and the
/// folded inference layers are built from the same list, so they can't drift apart.
/// </summary>
/// <param name="Name">Prefix of the layer's tensors in the weight file, as in Table 4 (<c>E_pre</c>, <c>ConvBlock1.0</c>, ...).</param>
/// <param name="Transposed">Transposed convolution; a stride of 2 doubles the size (see <see cref="OutputPadding"/>).</param>
/// <param name="InChannels">Channels in.</param>
/// <param name="OutChannels">Channels out.</param>
/// <param name="Kernel">Kernel edge.</param>
/// <param name="Stride">Stride in both directions.</param>
/// <param name="Padding">Zero padding on every side.</param>
/// <param name="Normalised">Batch normalisation follows (and the convolution has no bias); otherwise it has a bias.</param>
/// <param name="Activated">LeakyReLU(0.2) follows.</param>
public sealed record LayerShape(
    string Name,
    bool Transposed,
    int InChannels,
    int OutChannels,
    int Kernel,
    int Stride,
    int Padding,
    bool Normalised,
    bool Activated)
{
    /// <summary>Slope of every LeakyReLU (section 2.3.1).</summary>
    public const double LeakySlope = 0.2;

    /// <summary>Epsilon of every batch normalisation.</summary>
    public const double NormalisationEpsilon = 1e-5;

    /// <summary>Shape of the kernel: <c>[out, in, k, k]</c>, or <c>[in, out, k, k]</c> when transposed.</summary>
    public long[] WeightShape => Transposed
        ? [InChannels, OutChannels, Kernel, Kernel]
        : [OutChannels, InChannels, Kernel, Kernel];

    /// <summary>
    /// Output padding of a transposed convolution: a stride of 2 doubles the size exactly, whether the kernel is odd (1, as
    /// Table 4 needs) or even (0).
    /// </summary>
    public int OutputPadding => Stride == 1 ? 0 : Stride + (2 * Padding) - Kernel;

    /// <summary>Edge of what the layer makes of a map with an edge of <paramref name="size"/>.</summary>
    public int OutputSize(int size) => Transposed
        ? ((size - 1) * Stride) - (2 * Padding) + Kernel + OutputPadding
        : ((size + (2 * Padding) - Kernel) / Stride) + 1;

    /// <summary>Names and shapes of the layer's tensors in a weight file.</summary>
    public IEnumerable<(string Name, long[] Shape)> Tensors()
    {
        yield return ($"{Name}.weight", WeightShape);
        if (!Normalised)
        {
            yield return ($"{Name}.bias", [OutChannels]);
            yield break;
        }

        foreach (string part in NormalisationParts)
        {
            yield return ($"{Name}.norm.{part}", [OutChannels]);
        }
    }

    /// <summary>Learnt numbers of the layer: kernel, bias, and gain and shift of the normalisation.</summary>
    public long ParameterCount => WeightShape.Aggregate(1L, (product, n) => product * n) + (Normalised ? 2L * OutChannels : OutChannels);

    private static readonly string[] NormalisationParts = ["gain", "shift", "mean", "variance"];
}
