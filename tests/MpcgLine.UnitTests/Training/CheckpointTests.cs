using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Training;

namespace MpcgLine.UnitTests.Training;

public sealed class CheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mpcgline-checkpoint-").FullName;

    private string FilePath => Path.Combine(_folder, "reconstruction.checkpoint");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Save_DiskFull_KeepsTheOneBeforeAndLeavesNoHalfOne()
    {
        Checkpoint.Save(FilePath, State(step: 7, value: 1.5f));
        // The file that is written beside, on a device that is always full.
        File.CreateSymbolicLink(FilePath + ".new", "/dev/full");

        var error = Assert.Throws<TrainingException>(() => Checkpoint.Save(FilePath, State(step: 8, value: 2)));

        Assert.Contains(FilePath, error.Message, StringComparison.Ordinal);
        Assert.Contains("the one before it is intact", error.Message, StringComparison.Ordinal);
        Assert.Equal([FilePath], Directory.EnumerateFileSystemEntries(_folder));
        TrainingState before = Checkpoint.Load(FilePath)!;
        Assert.Equal(7, before.Step);
        Assert.All(before.Tensors["weights"].Values, v => Assert.Equal(1.5f, v));

        // With room again, training goes on from there.
        Checkpoint.Save(FilePath, State(step: 8, value: 2));
        Assert.Equal(8, Checkpoint.Load(FilePath)!.Step);
    }

    [Fact]
    public void Save_FolderCanNotBeWritten_KeepsTheOneBefore()
    {
        Checkpoint.Save(FilePath, State(step: 7, value: 1.5f));
        Directory.CreateDirectory(FilePath + ".new");

        Assert.Throws<TrainingException>(() => Checkpoint.Save(FilePath, State(step: 8, value: 2)));

        Assert.Equal(7, Checkpoint.Load(FilePath)!.Step);
    }

    private static TrainingState State(int step, float value) => new(
        step, 100, 1, new Dictionary<string, WeightArray> { ["weights"] = new([100_000], [.. Enumerable.Repeat(value, 100_000)]) });
}
