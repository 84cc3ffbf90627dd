using System.Globalization;
using MpcgLine.Learning.Training;
using Spectre.Console;

namespace MpcgLine.Service.Commands;

/// <summary>A bar per network in training: loss, and the time left.</summary>
/// <param name="progress">Where the bars are shown.</param>
/// <param name="unguarded">Filled: steps of each network during which the garbage collector could run.</param>
internal sealed class TrainingDisplay(ProgressContext progress, Dictionary<string, int> unguarded) : IProgress<TrainingProgress>
{
    private readonly Dictionary<string, ProgressTask> _tasks = [];

    /// <summary>Warns of steps that may be wrong.</summary>
    public static void WriteUnguarded(IReadOnlyDictionary<string, int> unguarded)
    {
        foreach ((string stage, int steps) in unguarded.Where(u => u.Value > 0))
        {
            Console.WriteLine($"warning: the garbage collector could run during {steps} steps of the {stage} training, which may falsify them; if what was trained inspects badly, train again");
        }
    }

    public void Report(TrainingProgress value)
    {
        if (!_tasks.TryGetValue(value.Stage, out ProgressTask? task))
        {
            task = progress.AddTask(value.Stage);
            _tasks.Add(value.Stage, task);
            if (value.Step > 1)
            {
                AnsiConsole.WriteLine($"{value.Stage} goes on after step {value.Step - 1}");
            }
        }

        unguarded[value.Stage] = value.UnguardedSteps;
        task.IsIndeterminate = value.Steps == 0;
        task.MaxValue = Math.Max(1, value.Steps);
        task.Value = value.Step;
        task.Description = string.Create(
            CultureInfo.InvariantCulture,
            $"{value.Stage} {value.Step}/{value.Steps}, loss {value.Loss:0.0000}{(value.ValidationLoss is { } heldOut ? $" (held out {heldOut:0.0000})" : "")}, {value.Remaining:hh\\:mm\\:ss} left");
    }
}
