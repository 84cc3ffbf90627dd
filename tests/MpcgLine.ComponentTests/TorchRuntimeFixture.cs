using MpcgLine.ComponentTests;
using MpcgLine.Inspection.Reconstruction.Native;

[assembly: AssemblyFixture(typeof(TorchRuntimeFixture))]

namespace MpcgLine.ComponentTests;

/// <summary>Loads libtorch before the first test, as the program does before it touches a TorchSharp type.</summary>
public sealed class TorchRuntimeFixture
{
    public TorchRuntimeFixture() => TorchRuntime.Load();
}
