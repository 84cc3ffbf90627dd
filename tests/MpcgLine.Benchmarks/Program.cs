using BenchmarkDotNet.Running;
using MpcgLine.Inspection.Reconstruction.Native;

TorchRuntime.Load();
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
