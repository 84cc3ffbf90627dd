using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction.Native.Direct;

/// <summary>What the code of a <see cref="MicroKernel"/> depends on.</summary>
/// <param name="Read">Element type of what it reads: bytes, bfloat16 or float32.</param>
/// <param name="Written">Element type of what it writes: any of these.</param>
/// <param name="Pixels">Pixels whose sums it keeps in registers.</param>
/// <param name="Vectors">Vectors of sixteen channels of each.</param>
/// <param name="InputStride">Bytes from what one pixel's taps read to what the next one's do.</param>
/// <param name="OutputStride">Bytes from one pixel that it writes to the next.</param>
/// <param name="StepsAtOnce">Steps between two tests of the loop, which divide those of a pixel.</param>
/// <param name="Activated">LeakyReLU follows.</param>
/// <param name="Added">What lies where it writes, which are numbers, is added first.</param>
internal readonly record struct KernelShape(
    ScalarType Read, ScalarType Written, int Pixels, int Vectors, int InputStride, int OutputStride, int StepsAtOnce, bool Activated, bool Added);
