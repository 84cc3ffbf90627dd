using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction.Native.Direct;

/// <summary>The kernels that make all pixels of a map, or those of one parity.</summary>
/// <param name="Kernels"><c>[out, in, h, w]</c> float32.</param>
/// <param name="Top">Row of the map read, from the first pixel's, that the first row of taps meets; -1 with a padding of 1.</param>
/// <param name="Left">Columns alike.</param>
/// <param name="OutputTop">Row of the first pixel made.</param>
/// <param name="OutputLeft">Its column.</param>
internal sealed record KernelPart(Tensor Kernels, int Top, int Left, int OutputTop = 0, int OutputLeft = 0);
