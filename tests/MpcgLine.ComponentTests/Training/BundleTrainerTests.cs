using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Training;

namespace MpcgLine.ComponentTests.Training;

[Collection(TensorTests.Name)]
public sealed class BundleTrainerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mpcgline-training-");
    private readonly GoodImages _images;

    public BundleTrainerTests()
    {
        string good = _folder.CreateSubdirectory("good").FullName;
        for (int i = 0; i < 4; i++)
        {
            GrayImageFile.WritePng(Path.Combine(good, $"{i}.png"), new GrayImage(512, 512, TestModel.Tile(i)));
        }

        _images = GoodImages.FromFolder(good);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Train_InterruptedAndResumed_EndsBitForBitWhereAnUnbrokenOneDoes()
    {
        ModelBundle unbroken = Train("unbroken", cancelAt: null)!;

        Assert.Null(Train("broken", cancelAt: ("reconstruction", 3)));
        Assert.Null(Train("broken", cancelAt: ("fusion", 2)));
        ModelBundle resumed = Train("broken", cancelAt: null)!;

        AssertEqual(unbroken.Reconstruction, resumed.Reconstruction);
        AssertEqual(unbroken.Fusion, resumed.Fusion);
    }

    [Fact]
    public void Train_OtherSeed_EndsElsewhere()
    {
        ModelBundle one = Train("one", cancelAt: null)!, two = Train("two", cancelAt: null, seed: 2)!;

        Assert.NotEqual(one.Fusion["head.weight"].Values, two.Fusion["head.weight"].Values);
    }

    [Fact]
    public void Train_DamagedCheckpoint_IsNamedAndNotUsed()
    {
        Train("damaged", cancelAt: ("reconstruction", 3));
        string path = Path.Combine(_folder.FullName, "damaged", "reconstruction.checkpoint");
        byte[] content = File.ReadAllBytes(path);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(path, content);

        var error = Assert.Throws<TrainingException>(() => Train("damaged", cancelAt: null));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_KilledWhileWritingACheckpoint_GoesOnFromTheOneBefore()
    {
        Train("killed", cancelAt: ("reconstruction", 3));
        // What a kill in the middle of a write leaves: the new file cut short beside the whole one.
        File.WriteAllBytes(Path.Combine(_folder.FullName, "killed", "reconstruction.checkpoint.new"), [1, 2, 3]);

        Assert.NotNull(Train("killed", cancelAt: null));
    }

    private ModelBundle? Train(string run, (string Stage, int Step)? cancelAt, ulong seed = 1)
    {
        using var cancel = new CancellationTokenSource();
        var options = new TrainingOptions
        {
            Steps = 5,
            Batch = 1,
            Width = TestModel.Width,
            Seed = seed,
            Precision = Precision.Float32,
            RunFolder = Path.Combine(_folder.FullName, run),
        };
        try
        {
            return BundleTrainer.Train(_images, options, "test", "test", new Watcher(cancelAt, cancel), cancel.Token);
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

    private sealed class Watcher((string Stage, int Step)? cancelAt, CancellationTokenSource cancel) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (cancelAt is { } at && at.Stage == value.Stage && at.Step == value.Step)
            {
                cancel.Cancel();
            }
        }
    }
}
