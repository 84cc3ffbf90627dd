using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Difference;

[Collection(TensorTests.Name)]
public sealed class ProcessorResidualTests
{
    private const int Pixels = TileRowFindings.TileSize * TileRowFindings.TileSize;

    [Fact]
    public void Write_AnyDifference_IsRoundedToEvenAndClampedAsOnTheDevice()
    {
        using DisposeScope scope = NewDisposeScope();
        var random = new Random(2);
        // Halves of gray levels, so that ties occur.
        Tensor Levels() => tensor([.. Enumerable.Range(0, Pixels).Select(_ => random.Next(511) / 2f)], [1, 1, 512, 512]);
        (Tensor tile, Tensor reconstruction) = (Levels().to(ScalarType.Byte), Levels());
        sbyte[] residual = new sbyte[Pixels];

        ProcessorResidual.Write(tile, reconstruction, residual);

        Tensor expected = (tile - reconstruction).clamp(-127, 127).round();
        Assert.Equal([.. expected.to(ScalarType.Int8).contiguous().data<sbyte>()], residual);
        Assert.Contains((sbyte)127, residual);
        Assert.Contains((sbyte)-127, residual);
    }
}
