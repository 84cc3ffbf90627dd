using TorchSharp;

namespace MpcgLine.ComponentTests.Reconstruction;

public sealed class TorchRuntimeTests
{
    [Fact]
    public void Arithmetic_OnTheCpu_IsDoneByLibtorch()
    {
        using torch.Tensor ones = torch.ones(3, 4);
        using torch.Tensor sum = ones.sum();

        Assert.Equal(12f, sum.item<float>());
    }
}
