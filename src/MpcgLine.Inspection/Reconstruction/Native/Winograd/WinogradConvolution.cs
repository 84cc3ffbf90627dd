using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction.Native.Winograd;

/// <summary>
/// A layer with a kernel of 3 x 3 in single precision by Winograd's minimal filtering: a quarter of the products with a stride of
/// 1, and 0.56 of them with one of 2. A processor without bfloat16 spends most of a tile's time on them. Inference thread only,
/// whose work libtorch's threads share.
/// </summary>
/// <remarks>
/// Results differ from the library's by rounding, and more than another order of summation makes them differ. They are the same whatever number
/// of threads there is. What is no number where the library reads such a value is none here; so may be other results of its square, and
/// what an infinite value leads to.
/// </remarks>
internal abstract unsafe class WinogradConvolution : ProcessorLayer
{
    private const int LeastStridedSquares = 64;

    private readonly LayerShape _shape;

    /// <summary>A layer of a shape that can be run so.</summary>
    protected WinogradConvolution(LayerShape shape) => _shape = shape;

    /// <summary>
    /// Whether a layer can be run so and gains by it. With vectors of 512 bits, which these products do not use, the library's own
    /// convolutions have not been beaten. With a stride of 2 there are 81 kernels instead of 36, and a map of few squares does not use them
    /// often enough.
    /// </summary>
    /// <param name="shape">The layer.</param>
    /// <param name="size">Edge of what it reads of a tile.</param>
    public static bool Supports(LayerShape shape, int size)
    {
        int squaresAlong = size / (shape.Transposed ? TransposedFilter.Step : StridedFilter.Step);
        return Fits(shape) && (shape.Stride == 1 || squaresAlong * squaresAlong >= LeastStridedSquares)
            && Fma.IsSupported && !Avx512F.IsSupported && NativeTensors.IsAvailable && ProcessorTeam.IsAvailable;
    }

    /// <summary>Transforms the kernels; parameters as <see cref="FoldedLayer"/> takes them.</summary>
    /// <param name="shape">With a kernel of 3 x 3 and a padding of 1, from 8 channels or more to a multiple of 16.</param>
    /// <param name="weight">Not taken over.</param>
    /// <param name="bias">Not taken over.</param>
    /// <exception cref="ArgumentException">The layer has another shape.</exception>
    public static WinogradConvolution Of(LayerShape shape, Tensor weight, Tensor bias) => shape switch
    {
        _ when !Fits(shape) => throw new ArgumentException($"{shape} has a shape that no minimal filter fits.", nameof(shape)),
        { Stride: 1 } => new WinogradConvolution<PlainFilter>(shape, weight, bias),
        { Transposed: false } => new WinogradConvolution<StridedFilter>(shape, weight, bias),
        _ => new WinogradConvolution<TransposedFilter>(shape, weight, bias),
    };

    private static bool Fits(LayerShape shape) => shape is { Kernel: 3, Padding: 1, Stride: 1 or 2 }
        && shape.InChannels >= Vector256<float>.Count && shape.OutChannels % MatrixProduct.Columns == 0;

    /// <inheritdoc/>
    public sealed override nint Run(nint x)
    {
        NativeMap values = NativeTensors.SinglesOf(x);
        if (values.Channels != _shape.InChannels)
        {
            throw new ModelException($"{_shape.Name} reads {_shape.InChannels} channels, and was given {values.Channels}.");
        }

        nint result = NativeTensors.Create(
            values.Count, _shape.OutChannels, _shape.OutputSize(values.Height), _shape.OutputSize(values.Width));
        GCHandle self = GCHandle.Alloc(this);
        bool isDone = false;
        try
        {
            Job job = new(GCHandle.ToIntPtr(self), values, NativeTensors.SinglesOf(result));
            ProcessorTeam.Run(&OnThread, &job);
            isDone = !job.HasFailed;
        }
        finally
        {
            self.Free();
            if (!isDone)
            {
                NativeTensors.Delete(result);
            }
        }

        return isDone ? result : throw new ModelException($"There is no memory for what {_shape.Name} computes with.");
    }

    /// <inheritdoc/>
    public sealed override void Dispose()
    {
        // Its memory is the collector's.
    }

    /// <summary>One thread's share of the work.</summary>
    /// <exception cref="OutOfMemoryException">It has no memory to do it in.</exception>
    protected abstract void Share(Job* job);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnThread(void* data)
    {
        Job* job = (Job*)data;
        try
        {
            ((WinogradConvolution)GCHandle.FromIntPtr(job->Layer).Target!).Share(job);
        }
        catch (OutOfMemoryException)
        {
            job->HasFailed = true;
        }
    }

    /// <summary>What the threads of one call share; it lies on the caller's stack.</summary>
    /// <param name="layer">Handle of the layer.</param>
    /// <param name="values">What it reads.</param>
    /// <param name="results">What it writes.</param>
    protected struct Job(nint layer, NativeMap values, NativeMap results)
    {
        private int _taken;

        /// <summary>Handle of the layer.</summary>
        public readonly nint Layer = layer;

        /// <summary>What is read.</summary>
        public readonly NativeMap Values = values;

        /// <summary>What is written.</summary>
        public readonly NativeMap Results = results;

        /// <summary>Whether a thread had no memory; the results are not to be used.</summary>
        public bool HasFailed;

        /// <summary>The first of the next squares, which become the caller's to do.</summary>
        public int Take(int count) => Interlocked.Add(ref _taken, count) - count;
    }
}
