using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Training;

[Collection(TensorTests.Name)]
public sealed class FusionTaskTests
{
    [Fact]
    public void Hardest_TwoTiles_IsTheMeanOfTheHighestOfEach()
    {
        using DisposeScope scope = NewDisposeScope();
        // 64 x 64 cells, of which 0.15 % are six.
        Tensor firing = zeros([2, 1, 64, 64]);
        for (int i = 0; i < 10; i++)
        {
            firing[0, 0, 5 * i, 3] = i + 1;
        }

        firing[1, 0, 9, 9] = 60;

        Assert.Equal(((10 + 9 + 8 + 7 + 6 + 5) / 12.0) + (60 / 12.0), FusionTask.Hardest(firing).ToDouble(), 1e-4);
    }

    [Fact]
    public void Missed_OneDefectFoundByOneCell_CountsTheOtherAlone()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor defective = zeros([1, 1, 64, 64]), probability = zeros_like(defective), missing = zeros_like(defective);
        for (int i = 0; i < 4; i++)
        {
            // Four cells in a row of each of two defects, the second weighing twice.
            defective[0, 0, 10, 10 + i] = 1;
            defective[0, 0, 40, 40 + i] = 2;
            missing[0, 0, 10, 10 + i] = 7;
            missing[0, 0, 40, 40 + i] = 5;
        }

        probability[0, 0, 10, 13] = 1;
        // A clean cell beside the second is no find.
        probability[0, 0, 41, 41] = 1;

        Assert.Equal(4 * 5 / (8 + 200.0), FusionTask.Missed(missing, probability, defective).ToDouble(), 1e-6);
    }

    [Fact]
    public void ValidationLoss_TextureOrPartWithALayout_CountsMissedDefectsOfTheLatterAlone()
    {
        byte[] pixels = new byte[512 * 512];
        new Random(3).NextBytes(pixels);
        using ReconstructionModel reconstruction = Untrained();

        double texture = Loss(isTexture: true), layout = Loss(isTexture: false);

        Assert.InRange(layout, texture + 0.01, texture + 10);

        double Loss(bool isTexture)
        {
            var sampler = new TileSampler([new NamedImage("noise", new GrayImage(512, 512, pixels))]);
            TrainingOptions options = new() { RunFolder = "none", Batch = 1, Flips = isTexture, Precision = Precision.Float32 };
            using var task = new FusionTask(sampler, sampler, options, CPU, reconstruction, grayScale: 20);
            using DisposeScope scope = NewDisposeScope();
            return task.ValidationLoss(new Random(1)).ToDouble();
        }
    }

    [Theory]
    [InlineData(FusionMaps.Tile, 4, false)]
    [InlineData(FusionMaps.Tile | FusionMaps.Reconstruction, 1, true)]
    [InlineData(FusionMaps.Tile | FusionMaps.RegionalChange, 1, true)]
    public void Loss_AnyMaps_RunsTheReconstructionAndDrawsFewerTilesOnlyWhereTheFusionSeesIt(FusionMaps maps, int tiles, bool runs)
    {
        byte[] pixels = new byte[512 * 512];
        new Random(3).NextBytes(pixels);
        ReconstructionModel reconstruction = Untrained();
        var sampler = new TileSampler([new NamedImage("noise", new GrayImage(512, 512, pixels))]);
        TrainingOptions options = new() { RunFolder = "none", Batch = 1, Maps = maps, Precision = Precision.Float32 };
        using var task = new FusionTask(sampler, sampler, options, CPU, reconstruction, grayScale: 20);
        using DisposeScope scope = NewDisposeScope();

        Assert.Equal(tiles, task.Tiles);
        Assert.True(double.IsFinite(task.Loss(new Random(1), next: null).ToDouble()));

        // One that can't be run any more says whether it is.
        reconstruction.Dispose();
        Exception? failure = Record.Exception(() => task.Loss(new Random(1), next: null).ToDouble());

        Assert.Equal(runs, failure is not null);
    }

    private static ReconstructionModel Untrained()
    {
        using DisposeScope scope = NewDisposeScope();
        using var network = new TrainableNetwork(ReconstructionLayers.Table4(0.125), ScalarType.Float32, new Random(2));
        return new ReconstructionModel(0.125, network.Tensors, ScalarType.Float32, CPU);
    }

    [Fact]
    public void Missed_NothingDefective_IsNothing()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor none = zeros([1, 1, 64, 64]);

        Assert.Equal(0, FusionTask.Missed(none, none, none).ToDouble());
    }
}
