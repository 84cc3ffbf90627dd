using System.ComponentModel;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Training;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Training;

[Collection(TensorTests.Name)]
public sealed class NetworkTrainerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mpcgline-trainer-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Run_StepFailsAfterItsGradients_EndsBitForBitWhereAnUnbrokenOneDoes()
    {
        float[] unbroken = Train("unbroken", new OneLayerTask());
        var failing = new OneLayerTask { FailingOnce = { 2 } };

        float[] repeated = Train("failing", failing);

        Assert.Empty(failing.FailingOnce);
        Assert.Equal(unbroken, repeated);
    }

    [Fact]
    public void Run_ValidationFails_EndsBitForBitWhereAnUnbrokenOneDoes()
    {
        float[] Train(string run, Func<int, float> validations)
        {
            using var task = new OneLayerTask { ValidationLosses = validations };
            TrainingOptions options = Options(Path.Combine(_folder.FullName, run)) with { Steps = 60 };
            using var trainer = new NetworkTrainer(task, options, new Told(_ => { }));
            trainer.Run(1, TestContext.Current.CancellationToken);
            return Weights(task);
        }

        bool failed = false;
        float[] unbroken = Train("unbroken", _ => 1);

        float[] repeated = Train("failing", _ =>
        {
            (bool before, failed) = (failed, true);
            return before ? 1 : throw new Win32Exception("out of luck");
        });

        Assert.Equal(unbroken, repeated);
    }

    [Fact]
    public void Run_MoreFailuresThanAttemptsButEachFurtherOn_Ends()
    {
        var failing = new OneLayerTask { FailingOnce = { 1, 2, 3, 4, 5 } };

        Train("failing", failing);

        Assert.Empty(failing.FailingOnce);
    }

    [Fact]
    public void Run_OneStepFailsAlways_GivesUp()
    {
        var failing = new OneLayerTask { FailingAlways = 2 };

        var error = Assert.Throws<TrainingException>(() => Train("failing", failing));

        Assert.Contains("Step 2 of the test training failed in native code", error.Message, StringComparison.Ordinal);
        // Step 2 for the first time, and three attempts more, each from the checkpoint after step 0.
        Assert.Equal(2 + 1 + (3 * 2), failing.Losses);
    }

    [Fact]
    public void Run_GradientNotFiniteThoughLossIs_StopsAtOnceAndSavesNothingOfIt()
    {
        var diverging = new OneLayerTask { InfiniteGradientAt = 2 };

        var error = Assert.Throws<TrainingException>(() => Train("diverging", diverging));

        Assert.Contains("diverged at step 2: the loss is 0, but its gradient is not finite", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, diverging.Losses);
        TrainingState saved = Checkpoint.Load(Path.Combine(_folder.FullName, "diverging", "test.checkpoint"))!;
        Assert.Equal(1, saved.Step);
        Assert.All(saved.Tensors.Values, tensor => Assert.All(tensor.Values, value => Assert.True(float.IsFinite(value))));
    }

    [Fact]
    public void Save_ValueNotFinite_NamesItAndKeepsTheCheckpointBefore()
    {
        string path = Path.Combine(_folder.FullName, "test.checkpoint");
        Checkpoint.Save(path, new TrainingState(1, 5, 2, new Dictionary<string, WeightArray> { ["w"] = new([2], [1, 2]) }));

        var error = Assert.Throws<TrainingException>(() =>
            Checkpoint.Save(path, new TrainingState(2, 5, 3, new Dictionary<string, WeightArray> { ["w"] = new([2], [1, float.NaN]) })));

        Assert.Contains("w became NaN at 1", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, Checkpoint.Load(path)!.Step);
    }

    [Fact]
    public void Run_EarlierSittingEndedBeforeItsPaceWasKnown_PlansFromItsOwnSteps()
    {
        string folder = Path.Combine(_folder.FullName, "early");
        TrainingOptions options = Options(folder) with { Steps = 0 };
        using (var cancel = new CancellationTokenSource())
        {
            using var first = new OneLayerTask();
            using var trainer = new NetworkTrainer(first, options, new Told(p => CancelAt(p, 23, cancel)));
            Assert.Throws<OperationCanceledException>(() => trainer.Run(1, cancel.Token));
        }

        var planned = new List<(int Step, int Steps)>();
        using (var cancel = new CancellationTokenSource())
        {
            using var second = new OneLayerTask();
            using var trainer = new NetworkTrainer(second, options, new Told(p =>
            {
                planned.Add((p.Step, p.Steps));
                CancelAt(p, 47, cancel);
            }));
            Assert.Throws<OperationCanceledException>(() => trainer.Run(1, cancel.Token));
        }

        Assert.Equal(24, planned[0].Step);
        Assert.All(planned.Where(p => p.Step < 47), p => Assert.Equal(0, p.Steps));
        Assert.True(planned[^1].Steps > 47);
    }

    [Fact]
    public void Run_ManySteps_LiveTensorsStayFlat()
    {
        Train("warm", new OneLayerTask());
        long before = Tensor.TotalCount;

        Train("flat", new OneLayerTask());

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Run_HeldOutImagesGetWorse_StopsEarlyWithTheBestWeights()
    {
        // Validated every 50 steps; best at the second one.
        using var task = new OneLayerTask();
        float[] best = [];
        task.ValidationLosses = n =>
        {
            // What is validated, averaged weights, is what has to come out.
            best = n == 2 ? Weights(task) : best;
            return n <= 2 ? 1f / n : 2;
        };
        using var trainer = new NetworkTrainer(
            task,
            Options(Path.Combine(_folder.FullName, "early")) with { Steps = 50 * BestSoFar.Validations },
            new Told(_ => { }));

        (int steps, _) = trainer.Run(1, TestContext.Current.CancellationToken);

        Assert.Equal(50 * ((BestSoFar.Validations / 2) + BestSoFar.Patience), steps);
        Assert.Equal(best, Weights(task));
    }

    [Fact]
    public void Run_FinishedEarlyAndRunAgain_StaysFinishedWithTheBestWeights()
    {
        TrainingOptions options = Options(Path.Combine(_folder.FullName, "again")) with { Steps = 50 * BestSoFar.Validations };
        using var first = new OneLayerTask { ValidationLosses = n => n };
        using (var trainer = new NetworkTrainer(first, options, new Told(_ => { })))
        {
            trainer.Run(1, TestContext.Current.CancellationToken);
        }

        using var second = new OneLayerTask();
        using var again = new NetworkTrainer(second, options, new Told(_ => { }));
        again.Run(1, TestContext.Current.CancellationToken);

        Assert.Equal(0, second.Losses);
        Assert.Equal(Weights(first), Weights(second));
    }

    [Fact]
    public void Run_InterruptedAndResumed_LogsEveryStepOnceAndTheValidation()
    {
        TrainingOptions options = Options(Path.Combine(_folder.FullName, "log")) with { Steps = 55 };
        using (var cancel = new CancellationTokenSource())
        {
            using var first = new OneLayerTask();
            using var trainer = new NetworkTrainer(first, options, new Told(p => CancelAt(p, 25, cancel)));
            Assert.Throws<OperationCanceledException>(() => trainer.Run(1, cancel.Token));
        }

        // Rows that a kill left behind the last checkpoint, one of them cut off.
        string path = Path.Combine(options.RunFolder, "log.csv");
        File.AppendAllText(path, $"test,30,55,0.5,,0.001,2.0{Environment.NewLine}test,4");
        using var second = new OneLayerTask();
        using (var trainer = new NetworkTrainer(second, options, new Told(_ => { })))
        {
            trainer.Run(1, TestContext.Current.CancellationToken);
        }

        string[][] rows = [.. File.ReadLines(path).Select(row => row.Split(','))];
        Assert.Equal(["stage", "step", "steps", "loss", "validation_loss", "rate", "seconds"], rows[0]);
        Assert.Equal(["10", "20", "30", "40", "50", "55"], rows.Skip(1).Select(row => row[1]));
        Assert.Equal(["", "", "", "", "1", "0.5"], rows.Skip(1).Select(row => row[4]));
    }

    private static float[] Weights(OneLayerTask task) => [.. task.Network.ToArrays().Values.SelectMany(a => a.Values)];

    private static void CancelAt(TrainingProgress progress, int step, CancellationTokenSource cancel)
    {
        if (progress.Step == step)
        {
            cancel.Cancel();
        }
    }

    private static TrainingOptions Options(string folder)
    {
        Directory.CreateDirectory(folder);
        return new TrainingOptions { Steps = 8, RunFolder = folder };
    }

    private float[] Train(string run, OneLayerTask task)
    {
        using (task)
        {
            using var trainer = new NetworkTrainer(task, Options(Path.Combine(_folder.FullName, run)), new Told(_ => { }));
            trainer.Run(1, TestContext.Current.CancellationToken);
            return Weights(task);
        }
    }

    private sealed class Told(Action<TrainingProgress> told) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => told(value);
    }

    /// <summary>
    /// One 1 x 1 convolution that learns to double; counts its losses and fails where it is told to, by an exception
    /// that is an ExternalException as native failures are.
    /// </summary>
    private sealed class OneLayerTask : ITrainingTask
    {
        private int _batches;

        public HashSet<int> FailingOnce { get; } = [];

        public int FailingAlways { get; init; } = -1;

        public int InfiniteGradientAt { get; init; } = -1;

        public int Losses { get; private set; }

        public Func<int, float>? ValidationLosses { get; set; }

        public string Name => "test";

        public TrainableNetwork Network { get; } =
            new([new LayerShape("head", false, 1, 1, 1, 1, 0, Normalised: false, Activated: false)], ScalarType.Float32, new Random(1));

        public double Rate => 1e-2;

        public double WeightDecay => 1e-2;

        public Tensor Loss(Random random, Random? next)
        {
            Losses++;
            float[] values = [.. Enumerable.Range(0, 16).Select(_ => random.NextSingle())];
            int step = StepOf(values[0]);
            Tensor x = tensor(values, [1, 1, 4, 4]);
            Tensor error = Network.RunAll(x, training: true) - (x * 2);
            Tensor loss = (error * error).mean();
            if (FailingAlways == step || FailingOnce.Remove(step))
            {
                loss.backward();
                throw new Win32Exception("out of luck");
            }

            // The root's slope at 0 is infinite.
            return step == InfiniteGradientAt ? (loss * 0).sqrt() : loss;
        }

        public Tensor ValidationLoss(Random random)
        {
            int validation = 1 + (_batches++ / NetworkTrainer.ValidationBatches);
            return tensor(ValidationLosses?.Invoke(validation) ?? 1.0f / validation);
        }

        public void Dispose() => Network.Dispose();

        /// <summary>Which step draws this number first.</summary>
        private int StepOf(float drawn)
        {
            int step = 0;
            while (new Random(StepSeed.Of(1, Name, step)).NextSingle() != drawn)
            {
                step++;
            }

            return step;
        }
    }
}
