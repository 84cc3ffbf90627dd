using CsCheck;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Rejection;

namespace MpcgLine.UnitTests.Rejection;

public sealed class PartBindingTests
{
    private static readonly PartBindingOptions Options = new() { Distance = 1000, Tolerance = 10, Capacity = 8 };

    [Theory]
    [InlineData(1500u, true)]
    [InlineData(1490u, true)]
    [InlineData(1510u, true)]
    [InlineData(1489u, false)]
    [InlineData(1511u, false)]
    [InlineData(500u, false)]
    public void TryBind_OnePart_WithinTheToleranceOnly(uint leadingEdge, bool binds)
    {
        var binding = new PartBinding(Options);
        binding.Announce(Part(7, 500));

        Assert.Equal(binds, binding.TryBind(new EncoderCount(leadingEdge), out AnnouncedPart part));
        Assert.Equal(binds ? 7u : 0u, part.PartId);
    }

    [Fact]
    public void TryBind_NoPart_BindsNothing() =>
        Assert.False(new PartBinding(Options).TryBind(new EncoderCount(0), out _));

    [Fact]
    public void TryBind_TwoPartsFit_BindsNeither()
    {
        var binding = new PartBinding(Options);
        binding.Announce(Part(1, 500));
        binding.Announce(Part(2, 505));

        Assert.False(binding.TryBind(new EncoderCount(1502), out _));
    }

    [Fact]
    public void TryBind_SecondPanelInTheSamePlace_BindsNothing()
    {
        var binding = new PartBinding(Options);
        binding.Announce(Part(1, 500));

        Assert.True(binding.TryBind(new EncoderCount(1500), out _));
        Assert.False(binding.TryBind(new EncoderCount(1500), out _));
    }

    [Fact]
    public void TryBind_BoundNeighbourFitsToo_IsAmbiguous()
    {
        var binding = new PartBinding(Options);
        binding.Announce(Part(1, 500));
        Assert.True(binding.TryBind(new EncoderCount(1495), out _));
        binding.Announce(Part(2, 510));

        Assert.False(binding.TryBind(new EncoderCount(1505), out _));
    }

    [Fact]
    public void Forget_ThenTryBind_BindsNothingAnnouncedBefore()
    {
        var binding = new PartBinding(Options);
        binding.Announce(Part(1, 500));
        binding.Forget();

        Assert.False(binding.TryBind(new EncoderCount(1500), out _));
    }

    [Fact]
    public void Announce_BeyondTheCapacity_ForgetsTheOldest()
    {
        var binding = new PartBinding(Options);
        for (uint i = 0; i < 9; i++)
        {
            binding.Announce(Part(i + 1, 500 + (100 * i)));
        }

        Assert.False(binding.TryBind(new EncoderCount(1500), out _));
        Assert.True(binding.TryBind(new EncoderCount(1600), out AnnouncedPart second));
        Assert.Equal(2u, second.PartId);
    }

    [Fact]
    public void TryBind_AnyEncoder_BindsModulo2To32() =>
        Gen.Select(Gen.UInt, Gen.Int, Gen.Int[-10, 10]).Sample((encoder, distance, deviation) =>
        {
            var binding = new PartBinding(Options with { Distance = distance });
            binding.Announce(Part(3, encoder));

            Assert.True(binding.TryBind(new EncoderCount(encoder).Advance((long)distance + deviation), out _));
        });

    [Fact]
    public void TryBind_BeyondTheTolerance_NeverBinds() =>
        Gen.Select(Gen.UInt, Gen.UInt).Sample((encoder, leadingEdge) =>
        {
            var binding = new PartBinding(Options);
            binding.Announce(Part(3, encoder));
            int deviation = new EncoderCount(encoder).Advance(1000).DistanceTo(new EncoderCount(leadingEdge));

            Assert.Equal(Math.Abs((long)deviation) <= 10, binding.TryBind(new EncoderCount(leadingEdge), out _));
        });

    [Fact]
    public void ToPlc_ScaleAndOffset_FollowTheCameraAcrossItsWrap()
    {
        var binding = new PartBinding(Options with { EncoderScale = 2.5, EncoderOffset = 100 });

        EncoderCount before = binding.ToPlc(new EncoderCount(uint.MaxValue - 1));
        EncoderCount after = binding.ToPlc(new EncoderCount(2));

        // Four camera counts are ten of the PLC's, wherever the camera's counter wraps.
        Assert.Equal(10, before.DistanceTo(after));
    }

    [Theory]
    [InlineData(1.0, 0, 4_000_000_000u, 4_000_000_000u)]
    [InlineData(1.0, 5, uint.MaxValue, 4u)]
    [InlineData(0.5, 0, 1001u, 500u)]
    [InlineData(-1.0, 0, 1u, uint.MaxValue)]
    public void ToPlc_FirstPosition_IsScaledAndShifted(double scale, long offset, uint camera, uint plc) =>
        Assert.Equal(
            plc,
            new PartBinding(Options with { EncoderScale = scale, EncoderOffset = offset }).ToPlc(new EncoderCount(camera)).Value);

    [Fact]
    public void Constructor_BadOptions_NamesEveryProblem()
    {
        var error = Assert.Throws<ArgumentException>(
            () => new PartBinding(new PartBindingOptions { EncoderScale = 0, Tolerance = -1, Capacity = 0 }));

        Assert.Contains("EncoderScale is 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("Tolerance is -1", error.Message, StringComparison.Ordinal);
        Assert.Contains("Capacity is 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_ToleranceAboveItsBound_IsNamed() =>
        Assert.Equal(
            ["Tolerance is 10000001; it must lie within 0..10000000 counts."],
            new PartBindingOptions { Tolerance = 10_000_001 }.Problems());

    private static AnnouncedPart Part(uint id, uint encoder) => new(id, new EncoderCount(encoder), false);
}
