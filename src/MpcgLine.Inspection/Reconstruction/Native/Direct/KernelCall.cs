using System.Runtime.InteropServices;

namespace MpcgLine.Inspection.Reconstruction.Native.Direct;

/// <summary>
/// What a <see cref="MicroKernel"/> is told: some of one row's pixels, some of their channels. <see cref="MicroKernel"/>'s code reads
/// the fields by their offsets.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct KernelCall
{
    /// <summary>What the first pixel's first tap reads.</summary>
    public byte* Input;

    /// <summary>From <see cref="PackedKernels"/>: the first tap's.</summary>
    public byte* Weights;

    /// <summary>Where the first pixel's first channel goes.</summary>
    public byte* Output;

    /// <summary>Factors of the sums, channel by channel, and then what is added to each.</summary>
    public float* Constants;

    /// <summary>How many times as many pixels as the kernel makes at once.</summary>
    public long Blocks;

    /// <summary>Rows of taps.</summary>
    public long Rows;

    /// <summary>Steps of a row of taps, each four bytes of what is read, divided by <see cref="KernelShape.StepsAtOnce"/>.</summary>
    public long Steps;

    /// <summary>Bytes from the end of what a row of taps reads to what the next one does.</summary>
    public long InputSkip;

    /// <summary>The same of its weights.</summary>
    public long WeightSkip;

    /// <summary>Which byte stands for 0 in what is written; 0 for numbers.</summary>
    public int Zero;

    /// <summary><see cref="MachineCode.Entry"/> of the kernel.</summary>
    public nint Entry;

    /// <summary>Runs it.</summary>
    /// <param name="call">Itself, which does not move: it lies outside the collector's memory.</param>
    public static void Run(KernelCall* call) => ((delegate* unmanaged[Cdecl]<KernelCall*, void>)call->Entry)(call);
}
