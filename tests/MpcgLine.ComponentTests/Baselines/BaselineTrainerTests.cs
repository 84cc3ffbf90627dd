using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Baselines;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Training;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Baselines;

[Collection(TensorTests.Name)]
public sealed class BaselineTrainerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mpcgline-baselines-");
    private readonly GoodImages _images;

    public BaselineTrainerTests()
    {
        string good = _folder.CreateSubdirectory("good").FullName;
        for (int i = 0; i < 4; i++)
        {
            GrayImageFile.WritePng(Path.Combine(good, $"{i}.png"), new GrayImage(512, 512, TestModel.Tile(i)));
        }

        _images = GoodImages.FromFolder(good);
    }

    public static TheoryData<InspectionMethod> Networks =>
        [InspectionMethod.AutoencoderSsim, InspectionMethod.MsFcae];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Networks))]
    public void Train_SameSeedAndSteps_GivesTheSameWeightsWhichComeBackFromTheDiskAndScoreAlike(InspectionMethod method)
    {
        long before = Tensor.TotalCount;
        Baseline one = Train(method, "one", seed: 1), same = Train(method, "same", seed: 1), other = Train(method, "other", seed: 2);
        string path = Path.Combine(_folder.FullName, "kept");
        one.Write(path);
        Baseline read = Baseline.Read(path, method);

        Assert.Empty(Differing(one, same));
        Assert.Empty(Differing(one, read));
        Assert.NotEmpty(Differing(one, other));
        Assert.Equal(Score(one), Score(read));
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Train_ToReproduceTheTiles_LowersTheLoss()
    {
        List<double> losses = [];

        Train(InspectionMethod.MsFcae, "loss", seed: 1, steps: 12, new Told(progress => losses.Add(progress.Loss)));

        Assert.True(losses[^1] < losses[0], $"{losses[0]} to {losses[^1]}");
    }

    [Fact]
    public void Train_RunFolderOfAnotherBaseline_IsRefused()
    {
        Train(InspectionMethod.AutoencoderL2, "one", seed: 1, steps: 1);

        var error = Assert.Throws<TrainingException>(() => Train(InspectionMethod.AutoencoderSsim, "one", seed: 1, steps: 1));

        Assert.Contains("baseline: ae-l2, now ae-ssim", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DamagedFile_IsRefusedByName()
    {
        string path = Path.Combine(_folder.FullName, "lca");
        Train(InspectionMethod.Lca, "none", seed: 1).Write(path);
        byte[] content = File.ReadAllBytes(path);
        content[^1] ^= 1;
        File.WriteAllBytes(path, content);

        var error = Assert.Throws<ModelException>(() => Baseline.Read(path, InspectionMethod.Lca));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    private Baseline Train(InspectionMethod method, string run, ulong seed, int steps = 1, IProgress<TrainingProgress>? progress = null)
    {
        TrainingOptions options = new() { Steps = steps, Batch = 1, Seed = seed, Precision = Precision.Float32, RunFolder = Path.Combine(_folder.FullName, run) };
        return BaselineTrainer.Train(method, _images, options, progress ?? new Told(_ => { }), TestContext.Current.CancellationToken);
    }

    private static IEnumerable<string> Differing(Baseline one, Baseline other) => one.Learnt.Keys
        .Where(name => !one.Learnt[name].Values.AsSpan().SequenceEqual(other.Learnt[name].Values));

    /// <summary>Scores of a corner of a tile, so that few windows are looked at.</summary>
    private static float[] Score(Baseline baseline)
    {
        using MethodInspector inspector = MethodInspector.Open(baseline);
        TestModel.Tile(7).CopyTo(inspector.Tile(0));
        inspector.Inspected(0).Clear();
        for (int y = 64; y < 96; y++)
        {
            inspector.Inspected(0).Slice((y * TileGrid.Size) + 64, 32).Fill(1);
        }

        TileRowFindings findings = new(1);
        inspector.Inspect(1, findings);
        float[] scores = findings.Scores(0).ToArray();
        Assert.Equal(8 * 8, scores.Count(float.IsFinite));
        return scores;
    }

    private sealed class Told(Action<TrainingProgress> told) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => told(value);
    }
}
