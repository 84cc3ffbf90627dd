using MpcgLine.Inspection.Reconstruction.Native;
using TorchSharp;

namespace MpcgLine.Inspection;

/// <summary>Tensors alive in the program: what grows with every tile would end it after days.</summary>
public static class LiveTensors
{
    /// <summary>TorchSharp's, and those that inference keeps by handle. Any thread.</summary>
    public static long Count => torch.Tensor.TotalCount + NativeTensors.Live;
}
