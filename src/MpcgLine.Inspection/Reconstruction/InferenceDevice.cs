namespace MpcgLine.Inspection.Reconstruction;

/// <summary>Where the networks run.</summary>
public enum InferenceDevice
{
    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>The first CUDA device; needs a CUDA build of libtorch.</summary>
    Cuda,
}
