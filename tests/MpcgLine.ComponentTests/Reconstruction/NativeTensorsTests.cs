using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Reconstruction;

[Collection(TensorTests.Name)]
public sealed class NativeTensorsTests
{
    [Fact]
    public void Add_TwoMaps_IsTheirSumWhereTheyLie()
    {
        using var scope = NewDisposeScope();
        Assert.True(NativeTensors.IsAvailable, "this libtorch does not export the functions");
        Tensor a = Map(channels: 3, edge: 4), b = Map(channels: 3, edge: 4) * 10;
        var made = new NativeTensors();

        float[] sum = NativeTensors.Values<float>(made.Add(a.Handle, b.Handle), 3, 4).ToArray();

        Assert.Equal(Enumerable.Range(0, 48).Select(i => 11f * i), sum);
        made.Free();
    }

    [Fact]
    public void FreeAllBut_One_LeavesItsValues()
    {
        using var scope = NewDisposeScope();
        Tensor a = Map(channels: 1, edge: 8);
        var made = new NativeTensors();
        nint last = 0;
        for (int i = 0; i < 100; i++)
        {
            last = made.Add(i == 0 ? a.Handle : last, a.Handle);
        }

        long before = NativeTensors.Live;
        made.FreeAllBut(last);

        Assert.Equal(101f * 63, NativeTensors.Values<float>(last, 1, 8)[^1]);
        Assert.Equal(before - 99, NativeTensors.Live);
        made.Free();
        Assert.Equal(before - 100, NativeTensors.Live);
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(3, 5)]
    public void Values_AnotherShape_IsRefused(int channels, int edge)
    {
        using var scope = NewDisposeScope();
        Tensor map = Map(channels: 3, edge: 4);

        var error = Assert.Throws<ModelException>(() => NativeTensors.Values<float>(map.Handle, channels, edge).Length);

        Assert.Contains($"[1, 3, 4, 4] values; [1, {channels}, {edge}, {edge}] is expected", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_ChannelsFirst_IsRefused()
    {
        using var scope = NewDisposeScope();
        Tensor map = Map(channels: 3, edge: 4).contiguous();

        var error = Assert.Throws<ModelException>(() => NativeTensors.Values<float>(map.Handle, 3, 4).Length);

        Assert.Contains("with strides [48, 16, 4, 1]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_MapsOfOtherSizes_IsRefused()
    {
        using var scope = NewDisposeScope();
        Tensor a = Map(channels: 3, edge: 4), b = Map(channels: 3, edge: 5);

        Assert.Throws<ModelException>(() => new NativeTensors().Add(a.Handle, b.Handle));
    }

    /// <summary><c>[1, channels, edge, edge]</c> float32, channels last, numbered as they lie in memory.</summary>
    private static Tensor Map(int channels, int edge) =>
        arange(channels * edge * edge, ScalarType.Float32).view(1, edge, edge, channels).permute(0, 3, 1, 2);
}
