using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native.Direct;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Difference;

[Collection(TensorTests.Name)]
public sealed class ProcessorFusionInputTests
{
    [Theory]
    [InlineData(FusionMaps.Tile, 1, 512, ScalarType.BFloat16)]
    [InlineData(FusionMaps.Tile, 2, 256, ScalarType.Float32)]
    [InlineData(FusionMaps.Tile | FusionMaps.Reconstruction, 3, 256, ScalarType.BFloat16)]
    [InlineData(FusionMaps.Tile | FusionMaps.Reconstruction, 3, 256, ScalarType.Float32)]
    [InlineData(FusionMaps.All, 1, 512, ScalarType.BFloat16)]
    [InlineData(FusionMaps.All, 2, 512, ScalarType.BFloat16)]
    [InlineData(FusionMaps.All, 2, 512, ScalarType.Float32)]
    [InlineData(FusionMaps.All, 3, 256, ScalarType.BFloat16)]
    public void Stack_AnyMapsAndTiles_IsThatOfFusionFeatures(FusionMaps maps, int count, int size, ScalarType precision)
    {
        using DisposeScope scope = NewDisposeScope();
        using var features = new FusionFeatures(maps, 5.3f, CPU);
        using var fast = new ProcessorFusionInput(maps, 5.3f, precision, count, size);
        (Tensor tiles, Tensor reconstruction, Tensor change) = Batch(seed: 4, count, size);

        float[] expected = Values(features.Stack(tiles.to(ScalarType.Float32), reconstruction, change));
        float[] actual = Values(fast.Stack(tiles, reconstruction, change).to(ScalarType.Float32));

        // bfloat16 keeps 8 bits; sums in another order move a value by less than that, and in single precision by a few bits of 24.
        double relative = precision == ScalarType.BFloat16 ? 1 / 250.0 : 1e-5;
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(Enumerable.Range(0, expected.Length).Where(i => Math.Abs(actual[i] - expected[i]) > (relative * Math.Abs(expected[i])) + 1e-4), i =>
            Assert.Fail($"value {i} is {actual[i]}, expected {expected[i]}"));
    }

    [Fact]
    public void Stack_OtherTiles_IsRefused()
    {
        using DisposeScope scope = NewDisposeScope();
        using var fast = new ProcessorFusionInput(FusionMaps.All, 5, ScalarType.Float32, batch: 2, size: 256);
        (Tensor tiles, Tensor reconstruction, Tensor change) = Batch(seed: 1, count: 3, size: 256);

        var error = Assert.Throws<ArgumentException>(() => fast.Stack(tiles, reconstruction, change));

        Assert.Contains("Tiles are Byte [3, 1, 256, 256]; Byte [2, 1, 256, 256] are expected.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => fast.Stack(tiles.narrow(0, 0, 2).to(ScalarType.Float32), reconstruction, change));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProcessorFusionInput(FusionMaps.All, 5, ScalarType.Float32, batch: 1, size: 200));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Stack_ReconstructionIsNoNumber_StaysNone(ScalarType precision)
    {
        using DisposeScope scope = NewDisposeScope();
        using var fast = new ProcessorFusionInput(FusionMaps.All, 5, precision);
        (Tensor tiles, Tensor reconstruction, Tensor change) = Batch(seed: 1, count: 1, size: 512);
        reconstruction.fill_(float.NaN);

        float[] actual = Values(fast.Stack(tiles, reconstruction, change).to(ScalarType.Float32));

        Assert.Equal(16 * 128 * 128, actual.Count(float.IsNaN));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Fill_IntoAMap_IsTheSameCellByCell(ScalarType precision)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor tiles, Tensor reconstruction, Tensor change) = Batch(seed: 4, count: 1, size: 512);
        int channels = FusionLayers.InputChannels(FusionMaps.All);
        using TileMap map = new(precision, 128, channels, granularity: 4, border: 1, scale: null);
        using var stacked = new ProcessorFusionInput(FusionMaps.All, 5.3f, precision);
        using var filled = new ProcessorFusionInput(FusionMaps.All, 5.3f, map);

        filled.Fill(tiles, reconstruction, change);

        byte[] expected = stacked.Stack(tiles, reconstruction, change).permute(0, 2, 3, 1).bytes.ToArray();
        int bytes = expected.Length / (128 * 128);
        Assert.True(map.PixelBytes > bytes, "there is no room beside the channels, which would tell nothing");
        for (int y = 0; y < 128; y++)
        {
            for (int x = 0; x < 128; x++)
            {
                Assert.True(expected.AsSpan(((y * 128) + x) * bytes, bytes).SequenceEqual(map.Row<byte>(y).Slice(x * map.PixelBytes, bytes)), $"cell {y}, {x} differs");
            }
        }

        Assert.Throws<InvalidOperationException>(() => filled.Stack(tiles, reconstruction, change));
        using TileMap small = new(precision, 64, channels, granularity: 4, border: 1, scale: null);
        Assert.Throws<ArgumentException>(() => new ProcessorFusionInput(FusionMaps.All, 5.3f, small));
    }

    [Fact]
    public void StoreBFloat16_AnyBits_RoundsAsLibtorchDoes()
    {
        using DisposeScope scope = NewDisposeScope();
        var random = new Random(3);
        float[] values = [.. Enumerable.Range(0, 20_008).Select(_ => BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32)))];
        // Halfway between two, to either side, the largest ones, and what is no number with any payload.
        uint[] special = [0x3F808000, 0x3F818000, 0x3F807FFF, 0x7F7FFFFF, 0xFF800000, 0x7FFFFFFF, 0xFFFFFFFF, 0x7F800001];
        values = [.. values, .. special.Select(BitConverter.UInt32BitsToSingle)];

        ushort[] expected = MemoryMarshal.Cast<byte, ushort>(tensor(values).to(ScalarType.BFloat16).bytes).ToArray();
        ushort[] vectors = new ushort[values.Length];
        for (int i = 0; i <= values.Length - 16; i += 16)
        {
            Vector512.Create<float>(values.AsSpan(i, 16)).StoreBFloat16(vectors.AsSpan(i, 16));
        }

        for (int i = 0; i < values.Length; i++)
        {
            Assert.Equal(float.IsNaN(values[i]), IsNone(vectors[i]));
            Assert.Equal(vectors[i], values[i].ToBFloat16());
            Assert.True(float.IsNaN(values[i]) || vectors[i] == vectors[i].ToSingle().ToBFloat16());
            Assert.True(float.IsNaN(values[i]) || vectors[i] == expected[i], $"{values[i]} became {vectors[i]:X4}, expected {expected[i]:X4}");
        }
    }

    private static bool IsNone(ushort bits) => (bits & 0x7FFF) > 0x7F80;

    private static float[] Values(Tensor stacked) => MemoryMarshal.Cast<byte, float>(stacked.contiguous().bytes).ToArray();

    private static (Tensor Tiles, Tensor Reconstruction, Tensor Change) Batch(int seed, int count, int size)
    {
        var random = new Random(seed);
        Tensor Gray() => tensor(
            [.. Enumerable.Range(0, count * size * size).Select(i => (float)((80 * (i % size > 200 ? 2 : 1)) + (i / (size * size) * 7) + random.Next(60)))],
            [count, 1, size, size]);
        int patches = size / 32;
        return (Gray().to(ScalarType.Byte), Gray(), tensor([.. Enumerable.Range(0, count * patches * patches).Select(_ => random.NextSingle() * 20)], [count, patches, patches]));
    }
}
