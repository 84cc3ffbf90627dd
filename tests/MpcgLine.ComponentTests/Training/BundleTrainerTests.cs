using MpcgLine.Imaging;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Losses;
using MpcgLine.Learning.Training;

namespace MpcgLine.ComponentTests.Training;

[Collection(TensorTests.Name)]
public sealed class BundleTrainerTests : IDisposable
{
    // Saves a checkpoint before the first step.
    private static readonly (string Stage, int Step) AtOnce = ("reconstruction", 0);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mpcgline-training-");
    private readonly GoodImages _images;

    private readonly List<string> _steps = [];

    public BundleTrainerTests() => _images = Images(i => i);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Train_InterruptedAndResumed_GoesOnAndEndsBitForBitWhereAnUnbrokenOneDoes()
    {
        ModelBundle unbroken = Train("unbroken")!;

        Assert.Null(Train("broken", cancelAt: ("reconstruction", 2)));
        Assert.Null(Train("broken", cancelAt: ("fusion", 1)));
        Assert.Equal(["reconstruction 3", "fusion 1"], _steps);
        ModelBundle resumed = Train("broken")!;

        Assert.Equal(["fusion 2", "fusion 3"], _steps);
        AssertEqual(unbroken.Reconstruction, resumed.Reconstruction);
        AssertEqual(unbroken.Fusion, resumed.Fusion);
    }

    [Fact]
    public void Train_OtherSeed_EndsElsewhere()
    {
        ModelBundle one = Train("one", Options(steps: 1))!, two = Train("two", Options(steps: 1) with { Seed = 2 })!;

        Assert.NotEqual(one.Fusion["head.weight"].Values, two.Fusion["head.weight"].Values);
    }

    [Fact]
    public void Train_LambdaAsNorm_HoldsTheKernelsSmaller()
    {
        static double Squares(ModelBundle bundle) => bundle.Reconstruction.Where(t => t.Key.EndsWith(".weight", StringComparison.Ordinal)).Sum(t => t.Value.Values.Sum(v => (double)v * v));
        TrainingOptions printed = Options(steps: 3) with { Penalty = WeightPenalty.Norm };

        ModelBundle free = Train("free", printed with { Lambda = 0 })!, held = Train("held", printed with { Lambda = 1 })!;

        Assert.True(Squares(held) < Squares(free), $"{Squares(held)} with the norm, {Squares(free)} without");
    }

    [Fact]
    public void Train_FromABundleWithoutReconstructionShare_ChangesTheFusionAlone()
    {
        ModelBundle start = Train("start", Options(steps: 1))!;

        ModelBundle tuned = Train("tuned", Options(steps: 2) with { Start = start, ReconstructionShare = 0 })!;

        Assert.Equal(["fusion 1", "fusion 2"], _steps);
        AssertEqual(start.Reconstruction, tuned.Reconstruction);
        Assert.NotEqual(start.Fusion["head.weight"].Values, tuned.Fusion["head.weight"].Values);
        Assert.Equal(start.Manifest.Fusion, tuned.Manifest.Fusion);
        Assert.Equal((1, 3), (tuned.Manifest.Provenance.ReconstructionSteps, tuned.Manifest.Provenance.FusionSteps));
        Assert.Equal(2, tuned.Manifest.Provenance.Commands.Count);
    }

    [Fact]
    public void Train_FromABundleOfAnotherWidth_IsRefusedWithBoth()
    {
        ModelBundle start = Train("start", Options(steps: 1))!;

        var error = Assert.Throws<TrainingException>(() => Train("tuned", Options() with { Start = start, Width = 0.25 }));

        Assert.Contains("Width is 0.25", error.Message, StringComparison.Ordinal);
        Assert.Contains(": 0.125.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_FromABundleOfOtherMaps_KeepsItsReconstructionAndBeginsTheFusionFromChance()
    {
        ModelBundle start = Train("start", Options(steps: 1))!;

        ModelBundle tuned = Train("tuned", Options(steps: 2) with { Start = start, ReconstructionShare = 0, Maps = FusionMaps.Tile })!;

        AssertEqual(start.Reconstruction, tuned.Reconstruction);
        Assert.Equal(FusionMaps.Tile, tuned.Manifest.Fusion.Maps);
        Assert.Equal((1, 2), (tuned.Manifest.Provenance.ReconstructionSteps, tuned.Manifest.Provenance.FusionSteps));
    }

    [Fact]
    public void Train_NoReconstructionShareAndNoBundle_IsRefused()
    {
        var error = Assert.Throws<TrainingException>(() => Train("none", Options() with { ReconstructionShare = 0 }));

        Assert.Contains("ReconstructionShare is 0; allowed is above 0 and below 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_DamagedCheckpoint_IsNamedAndNotUsed()
    {
        Train("damaged", cancelAt: AtOnce);
        string path = CheckpointPath("damaged");
        byte[] content = File.ReadAllBytes(path);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(path, content);

        var error = Assert.Throws<TrainingException>(() => Train("damaged"));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_KilledWhileWritingACheckpoint_GoesOnFromTheOneBefore()
    {
        Train("killed", cancelAt: ("reconstruction", 2));
        // What a kill in the middle of a write leaves: the new file cut short beside the whole one.
        File.WriteAllBytes(CheckpointPath("killed") + ".new", [1, 2, 3]);

        Assert.Null(Train("killed", cancelAt: ("reconstruction", 3)));
        Assert.Equal("reconstruction 3", _steps[0]);
    }

    public static TheoryData<string, string> OtherTrainings => new()
    {
        { "seed", "seed: 1, now 2" },
        { "start", "goes on from fusion.safetensors: none, now " },
        { "width", "network width: 0.125, now 0.25" },
        { "steps", "steps: 3, now 4" },
        { "minutes", "minutes: none, now 30; steps: 3, now none" },
        { "image", "image 2.png: 512 x 512 px, sha256 " },
        { "split", "is held out, now 512 x 512 px, sha256 " },
    };

    [Theory]
    [MemberData(nameof(OtherTrainings))]
    public void Train_FolderOfAnotherTraining_IsRefusedWithWhatDiffers(string change, string expected)
    {
        Train("other", cancelAt: AtOnce);
        TrainingOptions options = change switch
        {
            "seed" => Options() with { Seed = 2 },
            "width" => Options() with { Width = 0.25 },
            "start" => Options() with { Start = Packed(TestModel.Create()) },
            "steps" => Options(steps: 4),
            "minutes" => Options(steps: 0),
            _ => Options(),
        };
        GoodImages images = change switch
        {
            "image" => Images(last => last == 2 ? 9 : last),
            "split" => Images(last => last, leaveOut: 0),
            _ => _images,
        };

        var error = Assert.Throws<TrainingException>(() => Train("other", options, images: images));

        Assert.Contains(Path.Combine(_folder.FullName, "other"), error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("choose another --out", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_CheckpointOfAnotherWidth_IsRefusedLikeAnotherTraining()
    {
        Train("narrow", cancelAt: AtOnce);
        Train("wide", Options() with { Width = 0.25 }, cancelAt: AtOnce);
        File.Copy(CheckpointPath("wide"), CheckpointPath("narrow"), overwrite: true);

        var error = Assert.Throws<TrainingException>(() => Train("narrow"));

        Assert.Contains("expected is [4, 1, 5, 5]", error.Message, StringComparison.Ordinal);
        Assert.Contains("choose another --out", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RemoveCheckpoints_AfterTraining_LeavesLogAndPicturesAndWhatIsNotATraining()
    {
        Train("done");
        Train("shared", cancelAt: AtOnce);
        string done = Path.Combine(_folder.FullName, "done"), shared = Path.Combine(_folder.FullName, "shared");
        File.WriteAllText(Path.Combine(shared, "notes.txt"), "mine");

        RunFolder.RemoveCheckpoints(done);
        RunFolder.RemoveCheckpoints(shared);

        Assert.Equal(["fusion.png", "log.csv", "reconstruction.png", "samples.png"], Directory.EnumerateFiles(done).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        Assert.Equal(["log.csv", "notes.txt"], Directory.EnumerateFiles(shared).Select(f => Path.GetFileName(f)).Order());
    }

    [Fact]
    public void Train_OptionsOutOfRange_NamesEveryOne()
    {
        TrainingOptions options = Options() with { Batch = 0, Width = 3, PixelTerm = -1, Precision = Precision.Float16 };

        var error = Assert.Throws<TrainingException>(() => Train("range", options));

        Assert.Contains("Batch is 0; allowed is 1 to 64.", error.Message, StringComparison.Ordinal);
        Assert.Contains("Width is 3; allowed is 0.125 to 1.", error.Message, StringComparison.Ordinal);
        Assert.Contains("PixelTerm is -1;", error.Message, StringComparison.Ordinal);
        Assert.Contains("Precision is Float16;", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder.FullName, "range")));
    }

    private static ModelBundle Packed(ModelBundle bundle)
    {
        IReadOnlyList<(string Name, byte[] Content)> files = bundle.Pack();
        return ModelBundle.Open(name => files.Single(file => file.Name == name).Content);
    }

    private string CheckpointPath(string run) => Path.Combine(_folder.FullName, run, "reconstruction.checkpoint");

    private static TrainingOptions Options(int steps = 3) => new()
    {
        Steps = steps,
        Batch = 1,
        Width = TestModel.Width,
        Precision = Precision.Float32,
        RunFolder = "set by the test",
    };

    private GoodImages Images(Func<int, int> seed, int? leaveOut = null)
    {
        string good = _folder.CreateSubdirectory($"good-{Path.GetRandomFileName()}").FullName;
        for (int i = 0; i < 5; i++)
        {
            if (i != leaveOut)
            {
                GrayImageFile.WritePng(Path.Combine(good, $"{i}.png"), new GrayImage(512, 512, TestModel.Tile(seed(i))));
            }
        }

        return GoodImages.FromFolder(good);
    }

    private ModelBundle? Train(
        string run, TrainingOptions? options = null, (string Stage, int Step)? cancelAt = null, GoodImages? images = null)
    {
        using var cancel = new CancellationTokenSource();
        options = (options ?? Options()) with { RunFolder = Path.Combine(_folder.FullName, run) };
        _steps.Clear();
        if (cancelAt == AtOnce)
        {
            cancel.Cancel();
        }

        try
        {
            return BundleTrainer.Train(images ?? _images, options, "test", "test", new Watcher(_steps, cancelAt, cancel), cancel.Token);
        }
        catch (OperationCanceledException) when (cancelAt is not null)
        {
            return null;
        }
    }

    private static void AssertEqual(IReadOnlyDictionary<string, WeightArray> expected, IReadOnlyDictionary<string, WeightArray> actual)
    {
        foreach ((string name, WeightArray array) in expected)
        {
            Assert.True(array.Values.AsSpan().SequenceEqual(actual[name].Values), $"{name} differs");
        }
    }

    private sealed class Watcher(List<string> steps, (string Stage, int Step)? cancelAt, CancellationTokenSource cancel) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            steps.Add($"{value.Stage} {value.Step}");
            if (cancelAt is { } at && at.Stage == value.Stage && at.Step == value.Step)
            {
                cancel.Cancel();
            }
        }
    }
}
