using MpcgLine.Inspection.Difference;
using static TorchSharp.torch;

namespace MpcgLine.Inspection;

/// <summary>Everything a GPU brings back of a batch, on the GPU.</summary>
/// <param name="Residual"><c>[N, 1, 512, 512]</c> int8, tile less reconstruction.</param>
/// <param name="Change"><c>[N, 16, 16]</c> float32, change of the DCT feature.</param>
/// <param name="Fused">What the fusion made.</param>
internal readonly record struct GpuMaps(Tensor Residual, Tensor Change, FusedMaps Fused)
{
    /// <summary>Takes the tensors out of their dispose scope; the caller disposes them.</summary>
    public void Keep()
    {
        Residual.DetachFromDisposeScope();
        Change.DetachFromDisposeScope();
        Fused.Scores.DetachFromDisposeScope();
        Fused.Defective?.DetachFromDisposeScope();
    }

    /// <summary>Starts their way back, which ends when the GPU has done all work before. The changes come last: where they are, all is.</summary>
    public void CopyTo(BatchMemory memory)
    {
        memory.Residual.copy_(Residual, nonBlocking: true);
        memory.Scores.copy_(Fused.Scores, nonBlocking: true);
        memory.Defective?.copy_(Fused.Defective!, nonBlocking: true);
        memory.Change.copy_(Change, nonBlocking: true);
    }

    /// <summary>Disposes what was kept.</summary>
    public void Dispose()
    {
        Residual.Dispose();
        Change.Dispose();
        Fused.Scores.Dispose();
        Fused.Defective?.Dispose();
    }
}
