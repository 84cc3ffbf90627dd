using MpcgLine.Learning.Baselines;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Training;
using Spectre.Console;

namespace MpcgLine.Service.Commands;

/// <summary>Trains a baseline with its progress shown.</summary>
internal static class BaselineTraining
{
    /// <summary>Blocks; the calling thread is the training thread. Stopped, it saves its state and throws.</summary>
    public static Baseline Run(InspectionMethod method, GoodImages images, TrainingOptions training, CancellationToken stop)
    {
        Dictionary<string, int> unguarded = [];
        Baseline baseline = AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
            .Start(progress => BaselineTrainer.Train(method, images, training, new TrainingDisplay(progress, unguarded), stop));
        TrainingDisplay.WriteUnguarded(unguarded);
        return baseline;
    }
}
