using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>Which device of the tensor library an <see cref="InferenceDevice"/> is on this machine.</summary>
public static class InferenceDevices
{
    /// <summary>The device.</summary>
    /// <exception cref="ModelException">It is not there.</exception>
    public static Device Select(InferenceDevice device)
    {
        if (device == InferenceDevice.Cpu)
        {
            return CPU;
        }

        return cuda.is_available()
            ? CUDA
            : throw new ModelException("Device Cuda was asked for, but libtorch finds none: check the driver, and that the runtime is a CUDA build.");
    }
}
