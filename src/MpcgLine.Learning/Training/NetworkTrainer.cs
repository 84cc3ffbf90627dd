using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
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
    /// <summary>Batches of one validation.</summary>
    public const int ValidationBatches = 16;

    // The first steps compile code and fill caches; the pace is taken from those after them.
    private const int WarmUpSteps = 4, PacingSteps = 24;
    private const int AttemptsAfterFailure = 3;
    private const int LogInterval = 10, LeastValidationInterval = 50;

    private const double LeastMomentum = 0.01;

    // Of the full rate, which would undo much of what a trained network knows before it learns anything.
    private const double FineTuningRate = 1 / 3.0;

    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(60);

    private readonly ITrainingTask _task;
    private readonly bool _isTrained;
    private readonly TrainingOptions _options;
    private readonly IProgress<TrainingProgress> _progress;
    private readonly string _checkpointPath;
    private readonly AdamOptimiser _optimiser;
    private readonly AveragedWeights _average;
    private readonly CollectionGuard _guard = new();
    private double _smoothLoss = double.NaN;
    private double? _validationLoss;

    /// <summary>Prepares a training; nothing runs yet.</summary>
    /// <param name="task">What is trained; stays the caller's.</param>
    /// <param name="options">Of the training.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="isTrained">Whether the network comes from a bundle, and not from chance.</param>
    public NetworkTrainer(ITrainingTask task, TrainingOptions options, IProgress<TrainingProgress> progress, bool isTrained = false)
    {
        _isTrained = isTrained;
        _task = task;
        _options = options;
        _progress = progress;
        _checkpointPath = RunFolder.CheckpointPath(options.RunFolder, task.Name);
        _optimiser = new AdamOptimiser(task.Network, task.WeightDecay);
        _average = new AveragedWeights(task.Network);
    }

    /// <summary>
    /// Trains to the end, until held-out images get no better any more, or until cancelled: then the state is saved and
    /// the cancellation is thrown. A step that fails in native code is repeated from the last checkpoint a few times.
    /// </summary>
    /// <returns>Steps done and seconds spent, earlier sittings included; the network holds the averaged weights that did best on held-out images.</returns>
    /// <exception cref="TrainingException">Diverged, native code keeps failing, or a checkpoint can't be read or written.</exception>
    public (int Steps, double Seconds) Run(double minutes, CancellationToken cancellation)
    {
        TrainingState state = Restore() ?? new TrainingState(0, _options.Steps, 0, new Dictionary<string, WeightArray>());
        (int step, int steps) = (state.Step, state.Steps);
        var best = new BestSoFar(RunFolder.CheckpointPath(_options.RunFolder, $"{_task.Name}.best"), step, steps, ValidationInterval(steps));
        using var log = new TrainingLog(_options.RunFolder, _task.Name, step);
        var clock = Stopwatch.StartNew();
        // The first step is saved at once: a disk that can't be written shows before an hour is spent.
        TimeSpan lastSave = -2 * CheckpointInterval, warm = TimeSpan.Zero;
        int failures = 0, failedAt = 0;
        double Seconds() => state.Seconds + clock.Elapsed.TotalSeconds;
        while ((steps == 0 || step < steps) && !best.IsTimeToStop)
        {
            if (cancellation.IsCancellationRequested)
            {
                Save(step, steps, Seconds());
                cancellation.ThrowIfCancellationRequested();
            }

            double? validation = null;
            try
            {
                RunStep(step, steps);
                validation = IsTimeToValidate(step + 1, steps) ? Validate(step + 1, steps, best) : null;
            }
            catch (ExternalException e)
            {
                failures = step > failedAt ? 1 : failures + 1;
                failedAt = Math.Max(failedAt, step);
                step = RestoreAfter(e, step, failures);
                continue;
            }

            step++;
            int done = step - state.Step;
            if (done == WarmUpSteps)
            {
                warm = clock.Elapsed;
            }

            if (steps == 0 && done == PacingSteps)
            {
                // The plan is made once, so that a resumed training follows the same schedule; from this sitting's own
                // steps, since an earlier one may have ended before it had a pace.
                TimeSpan pace = (clock.Elapsed - warm) / (done - WarmUpSteps);
                steps = step + Math.Max(1, (int)(((minutes * 60) - Seconds()) / pace.TotalSeconds));
            }

            Report(step, steps, clock.Elapsed, state.Step);
            if (validation is not null || step % LogInterval == 0)
            {
                log.Add(step, steps, _smoothLoss, validation, Rate(step - 1, steps), Seconds());
            }

            if (clock.Elapsed - lastSave > CheckpointInterval && steps > 0)
            {
                Save(step, steps, Seconds());
                lastSave = clock.Elapsed;
            }
        }

        // Should the bundle not come to be written, this network is done all the same, planned steps or not.
        Save(step, step, Seconds());
        _average.Give();
        best.Restore(step, _task.Network);
        return (step, Seconds());
    }

    /// <summary>Back to the last checkpoint, whose step is returned; gives up without one, or after too many failures in a row.</summary>
    private int RestoreAfter(ExternalException failure, int step, int failures)
    {
        if (failures <= AttemptsAfterFailure)
        {
            try
            {
                if (Restore() is { } state)
                {
                    return state.Step;
                }
            }
            catch (ExternalException)
            {
                // A GPU that has failed once mostly fails at everything; what it failed at first is what matters.
            }
        }

        throw TrainingException.OfNative($"Step {step} of the {_task.Name} training", failure);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimiser.Dispose();
        _average.Dispose();
    }

    private void RunStep(int step, int steps)
    {
        (double loss, bool finite) = _guard.Run(() =>
        {
            using var scope = NewDisposeScope();
            _task.Network.ForgetGradients();
            // The mean of all batches at first, of about the last hundred later on.
            _task.Network.StatisticsMomentum = Math.Max(LeastMomentum, 1.0 / (step + 1));
            // Every step draws from a generator of its own, so a resumed training draws what an unbroken one would.
            Tensor value = _task.Loss(Chance(step), step + 1 == steps ? null : Chance(step + 1));
            value.backward();
            double number = value.ToDouble();
            bool usable = double.IsFinite(number) && _optimiser.TryStep(step + 1, Rate(step, steps));
            if (usable)
            {
                _average.Update(step + 1, steps);
            }

            return (number, usable);
        });
        if (!finite)
        {
            throw new TrainingException(string.Create(
                CultureInfo.InvariantCulture,
                $"The {_task.Name} training diverged at step {step}: the loss is {loss}{(double.IsFinite(loss) ? ", but its gradient is not finite" : "")}. Check the good images, or train with another --seed or --loss."));
        }

        _smoothLoss = double.IsNaN(_smoothLoss) ? loss : (0.95 * _smoothLoss) + (0.05 * loss);
    }

    private Random Chance(int step) => new(StepSeed.Of(_options.Seed, _task.Name, step));

    private static bool IsTimeToValidate(int step, int steps) =>
        steps > 0 && (step == steps || step % ValidationInterval(steps) == 0);

    private static int ValidationInterval(int steps) => Math.Max(LeastValidationInterval, steps / BestSoFar.Validations);

    /// <summary>
    /// Mean loss of the averaged weights, on the same held-out tiles and training defects every time; they are kept where
    /// they are the best so far.
    /// </summary>
    private double Validate(int step, int steps, BestSoFar best)
    {
        using IDisposable lent = _average.Lend();
        double sum = 0;
        for (int batch = 0; batch < ValidationBatches; batch++)
        {
            var random = new Random(StepSeed.Of(_options.Seed, $"{_task.Name} validation", batch));
            sum += _guard.Run(() =>
            {
                using var scope = NewDisposeScope();
                return _task.ValidationLoss(random).ToDouble();
            });
        }

        _validationLoss = sum / ValidationBatches;
        best.Report(step, steps, _validationLoss.Value, _task.Network);
        return _validationLoss.Value;
    }

    private double Rate(int step, int steps) => _task.Rate * (_isTrained ? FineTuningRate : 1) * Schedule(step, steps);

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
        _progress.Report(new TrainingProgress(_task.Name, step, steps, _smoothLoss, _validationLoss, remaining, _guard.UnguardedSteps));
    }

    private void Save(int step, int steps, double seconds)
    {
        var tensors = new Dictionary<string, WeightArray>(_task.Network.ToArrays());
        foreach ((string name, WeightArray value) in _optimiser.ToArrays("adam").Append(_average.ToArray("average")))
        {
            tensors.Add(name, value);
        }

        Checkpoint.Save(_checkpointPath, new TrainingState(step, steps, seconds, tensors));
    }

    private TrainingState? Restore()
    {
        TrainingState? state = Checkpoint.Load(_checkpointPath);
        if (state is null)
        {
            return null;
        }

        try
        {
            _task.Network.Load(state.Tensors);
            _optimiser.Load(state.Tensors, "adam");
            _average.Load(state.Tensors, "average");
        }
        catch (ModelException e)
        {
            throw RunFolder.Foreign(_options.RunFolder, $"{Path.GetFileName(_checkpointPath)}: {e.Message}", e);
        }

        return state;
    }
}
