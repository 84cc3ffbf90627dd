using System.Globalization;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Learning.Bundles;
using MpcgLine.Service.Records;
using TorchSharp;

namespace MpcgLine.Service.Measuring;

/// <summary>Where and when figures were measured.</summary>
/// <param name="Cpu">Model of the processor.</param>
/// <param name="Cores">Cores the program sees.</param>
/// <param name="Threads">Threads of the tensor library.</param>
/// <param name="Libtorch">Version of the program's own libtorch, or the folder of another one: what that is, it does not say.</param>
/// <param name="Precision">Element type of the networks' arithmetic on the device.</param>
/// <param name="Device">Where the networks run.</param>
/// <param name="LoadAverage">Programs that wanted a core in the minute before: above the cores, the times mean little.</param>
/// <param name="Date">When.</param>
internal sealed record Machine(string Cpu, int Cores, int Threads, string Libtorch, string Precision, InferenceDevice Device, double LoadAverage, DateTimeOffset Date)
{
    public static Machine Read(TimeProvider time, InferenceOptions inference) => new(
        Processors.Model(),
        Environment.ProcessorCount,
        inference.Threads,
        TorchRuntime.OtherFolder is { } folder ? $"of {folder}" : torch.__version__,
        inference.PrecisionInWords(),
        inference.Device,
        JsonForm.Round(double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture)),
        time.GetLocalNow());

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Cpu}, {Cores} cores, {Threads} threads, {Precision} on {Device}, libtorch {Libtorch}; {Date:yyyy-MM-dd HH:mm}, load average {LoadAverage:0.0}");
}
