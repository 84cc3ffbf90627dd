using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// Numbers for the inference path, made before the first tile and held as long as they are used: a temporary
/// <see cref="Scalar"/> can be freed by the collector while native code still reads it.
/// </summary>
internal static class Constants
{
    /// <summary>A 0-d float32 tensor on a device; the caller disposes it.</summary>
    public static Tensor OnDevice(float value, Device device)
    {
        using Tensor onCpu = tensor(value);
        return onCpu.to(device, copy: true).DetachFromDisposeScope();
    }

    /// <summary>
    /// a + b. <c>Tensor.add(Tensor)</c> makes a temporary scalar of 1 inside (its factor on b), this does not.
    /// </summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, Held.One);

    /// <summary>Adds b to a, which is returned.</summary>
    public static Tensor PlusInPlace(this Tensor a, Tensor b) => a.add_(b, Held.One);

    // A class of its own, so that libtorch is not needed before the first sum.
    private static class Held
    {
        public static readonly Scalar One = 1.ToScalar();
    }
}
