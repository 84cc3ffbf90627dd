using System.Runtime.InteropServices;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Inspection.Reconstruction.Native.Direct;
using MpcgLine.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Reconstruction;

[Collection(TensorTests.Name)]
public sealed class ReconstructionModelTests
{
    [Fact]
    public void RunLayer_Width1_HasTheShapesOfTable4()
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using var network = new TrainableNetwork(ReconstructionLayers.Table4(1), ScalarType.Float32, new Random(1));
        Tensor x = network.Enter(Uniform(1, seed: 1));
        var shapes = new List<string>();
        for (int i = 0; i < 20; i++)
        {
            x = network.RunLayer(i, x, training: true);
            shapes.Add(string.Join('x', x.shape.Skip(1)));
        }

        Assert.Equal(
            [
                "32x256x256",
                "64x128x128", "64x128x128",
                "128x64x64", "128x64x64",
                "256x32x32", "256x32x32",
                "256x16x16", "256x16x16",
                "200x9x9",
                "256x16x16",
                "256x16x16", "256x32x32",
                "256x32x32", "128x64x64",
                "128x64x64", "64x128x128",
                "64x128x128", "32x256x256",
                "1x512x512",
            ],
            shapes);
    }

    [Fact]
    public void Reconstruct_FoldedNetwork_EqualsUnfolded()
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using var network = new TrainableNetwork(ReconstructionLayers.Table4(0.25), ScalarType.Float32, new Random(2));
        // Two steps in training mode move the running statistics away from 0 and 1, so folding has work to do.
        network.RunAll(Uniform(2, seed: 2), training: true);
        network.RunAll(Uniform(2, seed: 3) * 0.5, training: true);
        using var folded = new ReconstructionModel(0.25, network.Tensors, ScalarType.Float32, CPU);
        Tensor gray = (Uniform(1, seed: 4) * 255).to(ScalarType.Byte);

        Tensor unfolded = (network.RunAll(gray.to(ScalarType.Float32) / 255, training: false) * 255).clamp(0, 255);
        double difference = (folded.Reconstruct(gray) - unfolded).abs().max().ToDouble();

        Assert.True(unfolded.std().ToDouble() > 0.01, "the network answers a constant: nothing is compared");
        // 1e-4 on the network's own scale of 0..1.
        Assert.True(difference <= 1e-4 * 255, $"largest difference {difference} gray levels");
    }

    [Fact]
    public void Reconstruct_BFloat16_StaysNearSinglePrecision()
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using var network = new TrainableNetwork(ReconstructionLayers.Table4(0.25), ScalarType.Float32, new Random(2));
        network.RunAll(Uniform(2, seed: 2), training: true);
        using var single = new ReconstructionModel(0.25, network.Tensors, ScalarType.Float32, CPU);
        using var half = new ReconstructionModel(0.25, network.Tensors, ScalarType.BFloat16, CPU);
        Tensor gray = (Uniform(1, seed: 4) * 255).to(ScalarType.Byte);

        Tensor difference = (single.Reconstruct(gray) - half.Reconstruct(gray)).abs();

        Assert.True(difference.mean().ToDouble() < 4, $"mean difference {difference.mean().ToDouble()} gray levels");
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Reconstruct_OneTile_IsThatOfABatch(ScalarType precision)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using var network = new TrainableNetwork(ReconstructionLayers.Table4(0.25), ScalarType.Float32, new Random(2));
        network.RunAll(Uniform(2, seed: 2), training: true);
        using var model = new ReconstructionModel(0.25, network.Tensors, precision, CPU);
        Tensor gray = (Uniform(2, seed: 4) * 255).round().to(ScalarType.Byte);

        Tensor batch = model.Reconstruct(gray);
        model.Reconstruct(gray.narrow(0, 0, 1));
        Tensor alone = model.Reconstruct(gray.narrow(0, 1, 1));

        // The library adds in another order in another batch; half precision then rounds now and then the other way.
        (double mean, double most) = precision == ScalarType.BFloat16 ? (0.2, 8) : (1e-3, 1e-2);
        Tensor difference = (batch.narrow(0, 1, 1) - alone).abs();
        Assert.True(batch.std().ToDouble() > 1, "the network answers a constant: nothing is compared");
        Assert.True(difference.mean().ToDouble() < mean, $"mean difference {difference.mean().ToDouble()} gray levels");
        Assert.True(difference.max().ToDouble() < most, $"largest difference {difference.max().ToDouble()} gray levels");
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Reconstruct_OneTileOfANetworkThatOverflowed_IsNoNumberAnywhere(ScalarType precision)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using var network = new TrainableNetwork(ReconstructionLayers.Table4(0.125), ScalarType.Float32, new Random(2));
        network.RunAll(Uniform(1, seed: 2), training: true);
        network.Tensors["D_pre.weight"].fill_(float.NaN);
        using var model = new ReconstructionModel(0.125, network.Tensors, precision, CPU);

        Assert.True(model.Reconstruct((Uniform(1, seed: 4) * 255).to(ScalarType.Byte)).isnan().all().ToBoolean());
    }

    [Fact]
    public void Reconstruct_LayerThatCannotBeRun_FreesTheMapsBeforeIt()
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using var network = new TrainableNetwork(ReconstructionLayers.Table4(0.25), ScalarType.Float32, new Random(2));
        LayerShape first = ReconstructionLayers.Table4(0.25)[0];
        (LayerShape overBlocks, Tensor weight, Tensor bias) = BlockLayers.Convolution(first, network.Tensors);
        using var reads4 = new ProcessorConvolution(overBlocks, weight, bias, ScalarType.Float32, BlockLayers.BlocksPerSide);
        // Reads four channels as well, where the first layer gave another number.
        using var model = new ProcessorReconstruction([reads4, reads4], ScalarType.Float32);
        long before = NativeTensors.Live;

        Assert.Throws<ModelException>(() => model.Reconstruct((Uniform(1, seed: 4) * 255).to(ScalarType.Byte)));

        Assert.NotEqual(BlockLayers.Pixels, first.OutChannels);
        Assert.Equal(before, NativeTensors.Live);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void SpaceToDepth_AnyTile_IsThatOfTheLibrary(ScalarType precision)
    {
        using var scope = NewDisposeScope();
        using var blocks = new ProcessorBlocks(precision);
        Tensor gray = (Uniform(1, seed: 5) * 255).round();

        Tensor inBlocks = blocks.SpaceToDepth(gray.to(ScalarType.Byte));

        Assert.True(inBlocks.allclose(nn.functional.pixel_unshuffle((gray / 255).to(precision), 2), rtol: 0, atol: 0));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Fill_IntoAMap_KeepsGrayLevels(ScalarType precision)
    {
        using var scope = NewDisposeScope();
        using TileMap map = new(precision, BlockLayers.BlocksPerSide, BlockLayers.Pixels, BlockLayers.Pixels, border: 1, scale: null);
        using var blocks = new ProcessorBlocks(map);
        Tensor gray = (Uniform(1, seed: 5) * 255).to(ScalarType.Byte);

        blocks.Fill(gray);

        byte[] expected = nn.functional.pixel_unshuffle(gray.to(precision), 2).permute(0, 2, 3, 1).contiguous().bytes.ToArray();
        byte[] actual = [.. Enumerable.Range(0, BlockLayers.BlocksPerSide).SelectMany(y => map.Row<byte>(y).ToArray())];
        Assert.Equal(expected, actual);
        Assert.Throws<InvalidOperationException>(() => blocks.SpaceToDepth(gray));
        Assert.Throws<ArgumentException>(() => blocks.Fill(gray.to(ScalarType.Float32)));
        map.Dispose();
        Assert.Throws<ObjectDisposedException>(() => blocks.Fill(gray));
    }

    [Fact]
    public void Constructor_MapOfAnotherShape_IsRefused()
    {
        using TileMap small = new(ScalarType.Float32, 128, BlockLayers.Pixels, BlockLayers.Pixels, border: 1, scale: null);

        Assert.Throws<ArgumentException>(() => new ProcessorBlocks(small));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void DepthToSpace_AnyBlocks_IsThatOfTheLibrary(ScalarType precision)
    {
        using var scope = NewDisposeScope();
        using var blocks = new ProcessorBlocks(precision);
        Tensor levels = Uniform(1, seed: 5).to(precision);

        Tensor tile = Tile(blocks, nn.functional.pixel_unshuffle(levels, 4), precision);

        Assert.True(tile.allclose(levels.to(ScalarType.Float32) * 255, rtol: 0, atol: 0));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void DepthToSpace_BeyondWhiteAndNoNumber_AreClampedAndStayNone(ScalarType precision)
    {
        using var scope = NewDisposeScope();
        using var blocks = new ProcessorBlocks(precision);
        float[] values = new float[16 * 128 * 128];
        (values[0], values[1], values[2]) = (float.NaN, 1.5f, -0.5f);

        float[] tile = TensorArrays.From(Tile(blocks, tensor(values, [1, 16, 128, 128]).to(precision), precision)).Values;

        // The first three of a row of blocks, each the upper left pixel of its own.
        Assert.True(float.IsNaN(tile[0]));
        Assert.Equal((255f, 0f), (tile[4], tile[8]));
        Assert.Equal(1, tile.Count(float.IsNaN));
    }

    private static Tensor Tile(ProcessorBlocks blocks, Tensor inBlocks, ScalarType precision) =>
        blocks.DepthToSpace(NativeTensors.MapOf(FoldedLayer.ChannelsLast(inBlocks).Handle), precision);

    /// <summary><c>[n, 1, 512, 512]</c> float32, 0..1, the same in every run.</summary>
    private static Tensor Uniform(int n, int seed)
    {
        var random = new Random(seed);
        var values = new float[n * 512 * 512];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = random.NextSingle();
        }

        return tensor(values, [n, 1, 512, 512]);
    }
}
