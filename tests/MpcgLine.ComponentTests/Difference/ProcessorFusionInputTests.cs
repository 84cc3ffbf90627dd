using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Difference;

[Collection(TensorTests.Name)]
public sealed class ProcessorFusionInputTests
{
    [Theory]
    [InlineData(FusionMaps.Tile)]
    [InlineData(FusionMaps.Tile | FusionMaps.Reconstruction)]
    [InlineData(FusionMaps.All)]
    public void Stack_AnyMaps_IsWhatTrainingSees(FusionMaps maps)
    {
        using DisposeScope scope = NewDisposeScope();
        using var features = new FusionFeatures(maps, 5.3f, CPU);
        using var fast = new ProcessorFusionInput(maps, 5.3f);
        TileBatch batch = Batch(seed: 4);

        float[] expected = Values(features.Stack(batch.Tiles, batch.Reconstruction, batch.Change));
        float[] actual = Values(fast.Stack(batch.Tiles, batch.Reconstruction, batch.Change).to(ScalarType.Float32));

        // bfloat16 keeps 8 bits; sums in another order move a value by less than that.
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(Enumerable.Range(0, expected.Length).Where(i => Math.Abs(actual[i] - expected[i]) > (Math.Abs(expected[i]) / 250) + 1e-4), i =>
            Assert.Fail($"value {i} is {actual[i]}, expected {expected[i]}"));
    }

    [Fact]
    public void Stack_ReconstructionIsNoNumber_StaysNone()
    {
        using DisposeScope scope = NewDisposeScope();
        using var fast = new ProcessorFusionInput(FusionMaps.All, 5);
        TileBatch batch = Batch(seed: 1);
        batch.Reconstruction.fill_(float.NaN);

        float[] actual = Values(fast.Stack(batch.Tiles, batch.Reconstruction, batch.Change).to(ScalarType.Float32));

        Assert.Equal(16 * 128 * 128, actual.Count(float.IsNaN));
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
            Assert.True(float.IsNaN(values[i]) || vectors[i] == expected[i], $"{values[i]} became {vectors[i]:X4}, expected {expected[i]:X4}");
        }
    }

    private static bool IsNone(ushort bits) => (bits & 0x7FFF) > 0x7F80;

    private static float[] Values(Tensor stacked) => MemoryMarshal.Cast<byte, float>(stacked.contiguous().bytes).ToArray();

    private static TileBatch Batch(int seed)
    {
        var random = new Random(seed);
        Tensor Gray() => tensor([.. Enumerable.Range(0, 512 * 512).Select(i => (float)((80 * (i % 512 > 300 ? 2 : 1)) + random.Next(60)))], [1, 1, 512, 512]);
        Tensor tiles = Gray(), reconstruction = Gray();
        Tensor change = tensor([.. Enumerable.Range(0, 256).Select(_ => random.NextSingle() * 20)], [1, 16, 16]);
        Tensor inspected = ones_like(tiles).to(ScalarType.Byte);
        return new TileBatch(0, 1, tiles, reconstruction, change, inspected, inspected);
    }
}
