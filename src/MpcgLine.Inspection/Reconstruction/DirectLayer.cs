using MpcgLine.Inspection.Reconstruction.Native.Direct;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>Layers of the networks as direct convolutions.</summary>
internal static class DirectLayer
{
    private const int Parities = 2;

    // Rows of a 3 x 3 kernel that meet an even row of the result and an odd one, in the order of the rows they take.
    private static readonly long[][] Taps = [[1], [2, 0]];

    /// <summary>Whether networks of numbers run fastest so: bfloat16 does, but where the processor multiplies matrices of it.</summary>
    public static bool AreFastest(ScalarType precision) =>
        precision == ScalarType.BFloat16 && DirectConvolution.WhyNot(precision) is null && !Precisions.MultipliesMatrices();

    /// <summary>Border that a map needs for a layer to read it, px.</summary>
    public static int Border(LayerShape shape) => IsUpsampling(shape) ? Parities - 1 : FoldedLayer.GatheringPadding(shape);

    /// <summary>The map that a layer gives.</summary>
    /// <param name="shape">The layer.</param>
    /// <param name="type">Of its values.</param>
    /// <param name="size">Edge of what it reads.</param>
    /// <param name="border">Of the map.</param>
    /// <param name="ranges">By name; null, as for numbers.</param>
    /// <exception cref="ModelException">The layer's range is missing or no range.</exception>
    public static TileMap Output(LayerShape shape, ScalarType type, int size, int border, IReadOnlyDictionary<string, ActivationRange>? ranges) =>
        new(type, shape.OutputSize(size), shape.OutChannels, MicroKernel.Lanes, border, type == ScalarType.Byte ? ByteScale.Of(shape, ranges!) : null);

    /// <summary>The layer.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="folded">Kernel and bias, as <see cref="FoldedLayer"/> takes them; not taken over.</param>
    /// <param name="added">What the output holds, which are numbers, is added.</param>
    /// <param name="input">Read.</param>
    /// <param name="output">From <see cref="Output"/>.</param>
    /// <exception cref="ModelException">As from <see cref="DirectConvolution"/>.</exception>
    /// <exception cref="ArgumentException">A layer of another kind, or maps that don't fit it.</exception>
    public static DirectConvolution Of(LayerShape shape, (Tensor Weight, Tensor Bias) folded, bool added, TileMap input, TileMap output)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        if (IsUpsampling(shape))
        {
            // What else doubles the size would take other taps.
            if (shape is not { Kernel: 3, Stride: Parities, Padding: 1 })
            {
                throw new ArgumentException($"{shape.Name} is transposed with a kernel of {shape.Kernel}, a stride of {shape.Stride} and a padding of {shape.Padding}; 3, 2 and 1 are run.", nameof(shape));
            }

            return new DirectConvolution(ByParity(folded.Weight), folded.Bias, 1, shape.Activated, added, input, output);
        }

        (Tensor kernels, int padding) = FoldedLayer.Gathering(shape, folded.Weight);
        return new DirectConvolution([new KernelPart(kernels, -padding, -padding)], folded.Bias, shape.Stride, shape.Activated, added, input, output);
    }

    private static bool IsUpsampling(LayerShape shape) => shape.Transposed && shape.Stride > 1;

    /// <summary>
    /// A transposed 3 x 3 convolution of stride 2 as four convolutions, one for the pixels of each parity: an even row takes the
    /// kernel's middle row from the row above it, an odd one the last and the first from the two around it, and columns alike. The
    /// same sums, and none of zeros.
    /// </summary>
    private static KernelPart[] ByParity(Tensor weight)
    {
        Tensor scattering = weight.transpose(0, 1);
        return
        [
            .. from down in Enumerable.Range(0, Parities)
               from across in Enumerable.Range(0, Parities)
               let kernels = scattering.index_select(2, tensor(Taps[down])).index_select(3, tensor(Taps[across]))
               select new KernelPart(kernels, 0, 0, down, across),
        ];
    }
}
