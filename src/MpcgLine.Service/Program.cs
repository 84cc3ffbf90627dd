using System.CommandLine;
using MpcgLine.Service.Commands;

RootCommand root = new("Inspects cover glass on a line-scan production line.")
{
    RunCommand.Create(),
    DemoCommand.Create(),
    InspectCommand.Create(),
    SimulateCommand.Create(),
    TrainCommand.Create(),
    CalibrateCommand.Create(),
    EvaluateCommand.Create(),
    DatasetCommand.Create(),
    ReproduceCommand.Create(),
    ModelCommand.Create(),
    BenchCommand.Create(),
};
return await EntryPoint.RunAsync(root, args);
