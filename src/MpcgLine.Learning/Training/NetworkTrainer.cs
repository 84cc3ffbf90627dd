using System.Diagnostics;
using MpcgLine.Inspection.Reconstruction;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Training;

/// <summary>
/// The loop both trainings share: pace the steps, guard each one, update, report, save and resume. The steps
/// themselves are an <see cref="ITrainingTask"/>. One thread.
/// </summary>
internal sealed class NetworkTrainer : IDisposable
{
    // The first steps compile code and fill caches; the pace is taken from those after them.
    private const int WarmUpSteps = 4, PacingSteps = 24;
    private const int AttemptsAfterFailure = 3;
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(60);

    private readonly ITrainingTask _task;
    private readonly TrainingOptions _options;
    private readonly IProgress<TrainingProgress> _progress;
    private readonly string _checkpointPath;
    private readonly AdamOptimiser _optimiser;
    private double _smoothLoss = double.NaN;

    /// <summary>Prepares a training; nothing runs yet.</summary>
    public NetworkTrainer(ITrainingTask task, TrainingOptions options, IProgress<TrainingProgress> progress)
    {
        _task = task;
        _options = options;
        _progress = progress;
        _checkpointPath = Path.Combine(options.RunFolder, $"{task.Name}.checkpoint");
        _optimiser = new AdamOptimiser(task.Network.Parameters, task.WeightDecay);
    }

    /// <summary>
    /// Trains to the end, or until cancelled: then the state is saved and the cancellation is thrown.
    /// </summary>
    /// <returns>Steps done and seconds spent, earlier sittings included.</returns>
    public (int Steps, double Seconds) Run(double minutes, CancellationToken cancellation)
    {
        TrainingState state = Restore() ?? new TrainingState(0, _options.Steps, 0, new Dictionary<string, WeightArray>());
        (int step, int steps) = (state.Step, state.Steps);
        var clock = Stopwatch.StartNew();
        // The first step is saved at once: a disk that can't be written shows before an hour is spent.
        TimeSpan lastSave = -2 * CheckpointInterval;
        int failures = 0;
        double warm = 0;
        double Seconds() => state.Seconds + clock.Elapsed.TotalSeconds;
        while (steps == 0 || step < steps)
        {
            if (cancellation.IsCancellationRequested)
            {
                Save(step, steps, Seconds());
                cancellation.ThrowIfCancellationRequested();
            }

            try
            {
                RunStep(step, steps);
            }
            catch (TrainingException) when (failures++ < AttemptsAfterFailure && File.Exists(_checkpointPath))
            {
                step = Restore()!.Step;
                continue;
            }

            step++;
            if (steps == 0 && step <= WarmUpSteps)
            {
                warm = Seconds();
            }
            else if (steps == 0 && step >= PacingSteps)
            {
                // The plan is made once, so that a resumed training follows the same schedule.
                double pace = (Seconds() - warm) / (step - WarmUpSteps);
                steps = step + Math.Max(1, (int)(((minutes * 60) - Seconds()) / pace));
            }

            Report(step, steps, clock.Elapsed, state.Step);
            if (clock.Elapsed - lastSave > CheckpointInterval && steps > 0)
            {
                Save(step, steps, Seconds());
                lastSave = clock.Elapsed;
            }
        }

        Save(step, steps, Seconds());
        return (step, Seconds());
    }

    /// <inheritdoc/>
    public void Dispose() => _optimiser.Dispose();

    private void RunStep(int step, int steps)
    {
        double loss = CollectionGuard.Run(() =>
        {
            using var scope = NewDisposeScope();
            // Every step draws from a generator of its own, so a resumed training draws what an unbroken one would.
            var random = new Random(HashCode.Mix(_options.Seed, _task.Name, step));
            Tensor value = _task.Loss(random);
            value.backward();
            double number = value.ToDouble();
            if (double.IsFinite(number))
            {
                _optimiser.Step(step + 1, _task.Rate * Schedule(step, steps));
            }

            return number;
        });
        if (!double.IsFinite(loss))
        {
            throw new TrainingException($"The {_task.Name} training diverged at step {step}: the loss is {loss}. Lower the learning rate or check the images.");
        }

        _smoothLoss = double.IsNaN(_smoothLoss) ? loss : (0.95 * _smoothLoss) + (0.05 * loss);
    }

    /// <summary>Linear warm-up over the first twentieth, then half a cosine down to a hundredth.</summary>
    private static double Schedule(int step, int steps)
    {
        if (steps == 0)
        {
            return 0.05;
        }

        double warmUp = Math.Max(PacingSteps, steps / 20.0);
        return step < warmUp
            ? Math.Max(0.05, step / warmUp)
            : 0.01 + (0.99 * 0.5 * (1 + Math.Cos(Math.PI * (step - warmUp) / Math.Max(1, steps - warmUp))));
    }

    private void Report(int step, int steps, TimeSpan elapsed, int firstStep)
    {
        TimeSpan remaining = steps == 0 ? TimeSpan.Zero : elapsed / Math.Max(1, step - firstStep) * (steps - step);
        _progress.Report(new TrainingProgress(_task.Name, step, steps, _smoothLoss, remaining));
    }

    private void Save(int step, int steps, double seconds)
    {
        var tensors = new Dictionary<string, WeightArray>(_task.Network.ToArrays());
        foreach ((string name, WeightArray value) in _optimiser.ToArrays("adam"))
        {
            tensors.Add(name, value);
        }

        Checkpoint.Save(_checkpointPath, new TrainingState(step, steps, seconds, tensors));
    }

    private TrainingState? Restore()
    {
        TrainingState? state = Checkpoint.Load(_checkpointPath);
        if (state is not null)
        {
            _task.Network.Load(state.Tensors);
            _optimiser.Load(state.Tensors, "adam");
        }

        return state;
    }

    /// <summary>Seeds that don't change from run to run, unlike <see cref="System.HashCode"/>.</summary>
    private static class HashCode
    {
        public static int Mix(ulong seed, string name, int step)
        {
            ulong h = 14695981039346656037;
            foreach (char c in name)
            {
                h = (h ^ c) * 1099511628211;
            }

            h = (h ^ seed) * 1099511628211;
            h = (h ^ (uint)step) * 0x9E3779B97F4A7C15;
            return (int)((h ^ (h >> 32)) & int.MaxValue);
        }
    }
}
