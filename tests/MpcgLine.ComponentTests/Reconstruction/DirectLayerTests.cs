using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native.Direct;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Reconstruction;

[Collection(TensorTests.Name)]
public sealed class DirectLayerTests
{
    // Of the range of what a layer gives: kernels are rounded to 7 bits and sums to 8.
    private const double ByteBound = 0.02;

    // bfloat16 has 8 bits; sums are in single precision.
    private const double BFloat16Bound = 0.01;
    private const double SingleBound = 1e-5;

    private static readonly ByteScale Whole = new(20, [1, 1, 1, 1]);

    public static TheoryData<LayerShape, int> Layers()
    {
        var layers = new TheoryData<LayerShape, int>();
        using var scope = NewDisposeScope();

        // Two widths, one of them with odd channels, and the first and last layers over blocks.
        foreach (double width in new[] { 0.125, 0.3 })
        {
            IReadOnlyList<LayerShape> shapes = ReconstructionLayers.Table4(width);
            layers.Add(BlockLayers.Convolution(shapes[0], Weights(shapes[0])).Shape, BlockLayers.BlocksPerSide);
            layers.Add(BlockLayers.TransposedConvolution(shapes[^1], Weights(shapes[^1])).Shape, BlockLayers.BlocksPerSide);
            foreach ((LayerShape shape, int size) in ReconstructionModel.Inner(shapes))
            {
                layers.Add(shape, size);
            }
        }

        IReadOnlyList<LayerShape> fusion = FusionLayers.Shapes(FusionMaps.All);
        foreach ((LayerShape shape, int size) in fusion.Zip(FusionLayers.InputSizes(fusion)))
        {
            layers.Add(shape, size);
        }

        return layers;
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Run_EveryLayerOverBytes_AnswersAsSinglePrecision(LayerShape shape, int size)
    {
        SkipWithout(ScalarType.Byte);
        Assert.InRange(Error(shape, size, ScalarType.Byte, ScalarType.Byte), 0, ByteBound);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Run_EveryLayerInBFloat16_AnswersAsSinglePrecision(LayerShape shape, int size)
    {
        SkipWithout(ScalarType.BFloat16);
        Assert.InRange(Error(shape, size, ScalarType.BFloat16, ScalarType.BFloat16), 0, BFloat16Bound);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Run_EveryLayerInFloat32_AnswersAsTheLibrary(LayerShape shape, int size)
    {
        SkipWithout(ScalarType.Float32);
        Assert.InRange(Error(shape, size, ScalarType.Float32, ScalarType.Float32), 0, SingleBound);
    }

    [Theory]
    [InlineData(ScalarType.Byte, ScalarType.Float32, ByteBound)]
    [InlineData(ScalarType.Byte, ScalarType.BFloat16, ByteBound)]
    [InlineData(ScalarType.Float32, ScalarType.Byte, ByteBound)]
    [InlineData(ScalarType.BFloat16, ScalarType.Byte, ByteBound)]
    [InlineData(ScalarType.BFloat16, ScalarType.Float32, BFloat16Bound)]
    public void Run_LayerBetweenTypes_AnswersAsSinglePrecision(ScalarType read, ScalarType written, double bound)
    {
        SkipWithout(read);
        SkipWithout(written);
        Assert.InRange(Error(ReconstructionLayers.Table4(0.3)[2], 9, read, written), 0, bound);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Run_RangesAreHalfOfWhatTheLayerGives_IsOutOfTheBound(LayerShape shape, int size)
    {
        SkipWithout(ScalarType.Byte);
        Assert.True(Error(shape, size, ScalarType.Byte, ScalarType.Byte, rangeFactor: 0.5f) > 2 * ByteBound);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, BFloat16Bound)]
    [InlineData(ScalarType.Float32, SingleBound)]
    public void Run_Added_IsTheSumWithWhatTheOutputHeld(ScalarType type, double bound)
    {
        SkipWithout(type);
        foreach (LayerShape shape in FusionLayers.Shapes(FusionMaps.All).Where(shape => shape.Name is "middle.up" or "middle.skip"))
        {
            Assert.InRange(Error(shape, 16, type, type, added: true), 0, bound);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(255)]
    public void Run_SumsOfBytes_AreExact(int zero)
    {
        SkipWithout(ScalarType.Byte);
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        LayerShape shape = new("exact", false, 64, 48, 3, 2, 1, Normalised: false, Activated: false);
        Tensor kernels = randint(-127, 128, shape.WeightShape, generator: new Generator(3)).to(ScalarType.Float32);
        kernels[TensorIndex.Colon, 0, 0, 0] = 127;
        Tensor bytes = randint(0, 256, [1, 64, 10, 10], generator: new Generator(4)) - zero;

        Tensor actual = Sums(shape, kernels, bytes, zero);

        Tensor expected = nn.functional.conv2d(bytes.to(ScalarType.Float64), kernels.to(ScalarType.Float64), strides: [2, 2], padding: [1, 1]);
        Assert.True(expected.abs().max().ToDouble() > 100_000, "small sums would be exact anyhow");
        // Single precision holds the sum and the zeros' share apart.
        Assert.InRange((actual - expected).abs().max().ToDouble(), 0, 0.5);
    }

    [Theory]
    [InlineData(false, 16, 256, 200)]
    [InlineData(true, 9, 200, 256)]
    public void Run_LargestSumsThatThereAre_AreExact(bool transposed, int size, int from, int to)
    {
        SkipWithout(ScalarType.Byte);
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        // E_post and D_pre at width 1, of which each product is the largest.
        LayerShape shape = new("largest", transposed, from, to, 8, 1, 0, Normalised: false, Activated: false);
        Tensor kernels = full(shape.WeightShape, 127f), bytes = full([1, from, size, size], 255L);

        double[] actual = [.. Sums(shape, kernels, bytes, zero: 0).contiguous().data<double>()];

        double[] taps = [.. Enumerable.Range(0, shape.OutputSize(size)).Select(i => transposed ? Math.Min(Math.Min(i + 1, 8), shape.OutputSize(size) - i) : 8.0)];
        Assert.Equal(255.0 * 127 * 64 * from, actual.Max());
        // Single precision, in which they are given, has 24 bits.
        Assert.All(Enumerable.Range(0, actual.Length), i => Assert.Equal(
            (float)(255.0 * 127 * from * taps[i % taps.Length] * taps[i / taps.Length % taps.Length]), actual[i]));
    }

    [Theory]
    [InlineData(0.5f)]
    [InlineData(0.1f)]
    [InlineData(1e-12f)]
    public void Run_BeyondWhatBytesStandFor_IsTheFirstOrTheLastByte(float share)
    {
        SkipWithout(ScalarType.Byte);
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        LayerShape shape = FusionLayers.Shapes(FusionMaps.All)[1] with { Activated = false };
        (Tensor Weight, Tensor Bias) folded = FoldedLayer.Fold(shape, Weights(shape));
        using TileMap input = Map(ScalarType.Byte, 16, shape.InChannels, 1, Scale(shape.InChannels));
        Write((rand([1, shape.InChannels, 16, 16], generator: new Generator(7)) * 2) - 0.3, input);
        using var single = new LibraryConvolution(shape, folded.Weight, folded.Bias - 20, ScalarType.Float32, CPU);
        Tensor expected = single.Forward(FoldedLayer.ChannelsLast(Read(input)));
        double most = Math.Min(expected.max().ToDouble(), -expected.min().ToDouble());
        float step = (float)(most * share / 127);
        ByteScale scale = new(128, [.. Enumerable.Repeat(step, shape.OutChannels)]);
        using TileMap output = Map(ScalarType.Byte, 16, shape.OutChannels, 0, scale);
        using DirectConvolution layer = DirectLayer.Of(shape, (folded.Weight, folded.Bias - 20), added: false, input, output);

        layer.Run();

        Tensor actual = Read(output) / step, clamped = (expected / step).clamp(-128, 127);
        Assert.True(clamped.min().ToDouble() == -128 && clamped.max().ToDouble() == 127, "nothing is beyond the bytes");
        // Kernels of seven bits err by a share of the range.
        double error = ByteBound * (expected.max() - expected.min()).ToDouble() / step;
        Assert.True((actual - clamped).abs().max().ToDouble() <= error + 1, "what is within the bytes is another");
        Tensor far = (expected / step).abs().gt(129 + error);
        Assert.True(far.any().ToBoolean(), "nothing is far beyond");
        Assert.InRange((actual - clamped).masked_select(far).abs().max().ToDouble(), 0, 0.01);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Of_BytesAndAWeightOrBiasThatIsNotFinite_IsRefusedWithTheChannel(float value)
    {
        SkipWithout(ScalarType.Byte);
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        LayerShape shape = FusionLayers.Shapes(FusionMaps.All)[1];
        (Tensor weight, Tensor bias) = FoldedLayer.Fold(shape, Weights(shape));
        Tensor badWeight = weight.clone(), badBias = bias.clone();
        badWeight[40, 3, 1, 1] = value;
        badBias[40] = value;
        using TileMap bytes = Map(ScalarType.Byte, 16, shape.InChannels, 1, Scale(shape.InChannels));
        using TileMap numbers = Map(ScalarType.Float32, 16, shape.InChannels, 1, null);

        foreach ((TileMap input, TileMap output) in new[] { (bytes, numbers), (numbers, bytes) })
        {
            Assert.Contains("channel 40", Assert.Throws<ModelException>(() => DirectLayer.Of(shape, (badWeight, bias), false, input, output)).Message, StringComparison.Ordinal);
            Assert.Contains("channel 40", Assert.Throws<ModelException>(() => DirectLayer.Of(shape, (weight, badBias), false, input, output)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float32)]
    public void Run_OtherNumberOfThreads_IsTheSameToTheBit(ScalarType type)
    {
        SkipWithout(type);
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        LayerShape shape = ReconstructionLayers.Table4(0.3)[4];
        int before = get_num_threads();
        try
        {
            set_num_threads(1);
            Tensor one = Answer(shape, 64, type);
            set_num_threads(2);

            Assert.True(Answer(shape, 64, type).Equals(one));
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void Run_BordersOfBothMaps_StayAsTheyWere()
    {
        SkipWithout(ScalarType.Byte);
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        LayerShape shape = FusionLayers.Shapes(FusionMaps.All)[1];
        using TileMap input = Map(ScalarType.Byte, 16, shape.InChannels, 1, Scale(shape.InChannels));
        using TileMap output = Map(ScalarType.Byte, 16, shape.OutChannels, 1, Scale(shape.OutChannels));
        Write(rand([1, shape.InChannels, 16, 16]), input);
        using DirectConvolution layer = DirectLayer.Of(shape, FoldedLayer.Fold(shape, Weights(shape)), added: false, input, output);

        layer.Run();

        foreach (TileMap map in new[] { input, output })
        {
            foreach (int y in new[] { -1, 16 })
            {
                Assert.True(map.Row<byte>(y).IndexOfAnyExcept((byte)20) < 0, $"row {y} of the border was written");
            }

            for (int y = 0; y < 16; y++)
            {
                // Beyond a row's end lie its border and that of the next.
                Span<byte> row = map.Row<byte>(y);
                ref byte end = ref Unsafe.Add(ref MemoryMarshal.GetReference(row), row.Length);
                Assert.True(MemoryMarshal.CreateSpan(ref end, 2 * map.PixelBytes).IndexOfAnyExcept((byte)20) < 0, $"the border of row {y} was written");
            }
        }
    }

    [Fact]
    public void Run_RoomForFurtherChannels_HoldsWhatStandsForNothing()
    {
        SkipWithout(ScalarType.Byte);
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        LayerShape shape = new("odd", false, 5, 21, 3, 1, 1, Normalised: false, Activated: true);
        using TileMap input = Map(ScalarType.Byte, 8, 5, 1, Scale(5)), output = Map(ScalarType.Byte, 8, 21, 0, Scale(21));
        Write(rand([1, 5, 8, 8], generator: new Generator(7)), input);
        using DirectConvolution layer = DirectLayer.Of(shape, (rand(shape.WeightShape), ones(21)), added: false, input, output);

        layer.Run();

        for (int y = 0; y < 8; y++)
        {
            for (int x = 0; x < 8; x++)
            {
                Assert.True(output.Row<byte>(y).Slice((x * 32) + 21, 11).IndexOfAnyExcept((byte)20) < 0, $"beside the channels of {y}, {x} lies something");
            }
        }
    }

    [Fact]
    public void Of_MapsThatDoNotFit_IsRefusedWithBoth()
    {
        SkipWithout(ScalarType.Float32);
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        LayerShape shape = FusionLayers.Shapes(FusionMaps.All)[1];
        (Tensor Weight, Tensor Bias) folded = FoldedLayer.Fold(shape, Weights(shape));
        using TileMap output = DirectLayer.Output(shape, ScalarType.Float32, 16, 0, null);
        using TileMap noBorder = Map(ScalarType.Float32, 16, shape.InChannels, 0, null), channelMore = Map(ScalarType.Float32, 16, shape.InChannels + 1, 1, null);

        Assert.Contains("16 + 2 x 0", Assert.Throws<ArgumentException>(() => DirectLayer.Of(shape, folded, false, noBorder, output)).Message, StringComparison.Ordinal);
        Assert.Contains("from 49 channels", Assert.Throws<ArgumentException>(() => DirectLayer.Of(shape, folded, false, channelMore, output)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_BytesWithRoomForNoWholeSteps_IsRefused()
    {
        SkipWithout(ScalarType.Byte);
        using var scope = NewDisposeScope();
        LayerShape shape = new("odd", false, 17, 16, 3, 1, 1, Normalised: false, Activated: false);
        using TileMap input = Map(ScalarType.Byte, 8, 17, 1, Scale(17), granularity: 1), output = Map(ScalarType.Byte, 8, 16, 0, Scale(16));

        Assert.Contains("(17 bytes)", Assert.Throws<ArgumentException>(() => DirectLayer.Of(shape, (rand(shape.WeightShape), ones(16)), false, input, output)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_AddedToBytes_IsRefused()
    {
        SkipWithout(ScalarType.Byte);
        using var scope = NewDisposeScope();
        LayerShape shape = new("sum", false, 16, 16, 1, 1, 0, Normalised: false, Activated: false);
        using TileMap input = Map(ScalarType.Byte, 8, 16, 0, Scale(16)), output = Map(ScalarType.Byte, 8, 16, 0, Scale(16));

        Assert.Contains("Byte, added", Assert.Throws<ArgumentException>(() => DirectLayer.Of(shape, (rand(shape.WeightShape), ones(16)), true, input, output)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_UpsamplingByAnotherKernel_IsRefused()
    {
        SkipWithout(ScalarType.Float32);
        using var scope = NewDisposeScope();
        LayerShape shape = new("up", true, 16, 16, 5, 2, 2, Normalised: false, Activated: false);
        using TileMap input = Map(ScalarType.Float32, 8, 16, 1, null), output = Map(ScalarType.Float32, 16, 16, 0, null);

        Assert.Contains("kernel of 5", Assert.Throws<ArgumentException>(() => DirectLayer.Of(shape, (rand(shape.WeightShape), ones(16)), false, input, output)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Assemble_AnyKernel_LiesInMemoryThatCannotBeWritten()
    {
        SkipWithout(ScalarType.Float32);
        using MachineCode code = MicroKernel.Assemble(new KernelShape(ScalarType.Float32, ScalarType.Float32, 6, 4, 64, 64, 1, true, false));
        string[] mapped = [.. File.ReadLines("/proc/self/maps").Where(line => Contains(line, code.Entry))];

        Assert.Equal("r-xp", Assert.Single(mapped).Split(' ')[1]);

        static bool Contains(string line, nint address)
        {
            nint[] limits = [.. line.Split(' ')[0].Split('-').Select(limit => (nint)Convert.ToInt64(limit, 16))];
            return limits[0] <= address && address < limits[1];
        }
    }

    [Fact]
    public void TileMap_PixelBeyondTheBorder_IsRefused()
    {
        using TileMap map = Map(ScalarType.Float32, 4, 16, 1, null);

        Assert.Throws<ArgumentOutOfRangeException>(() => map.Row<float>(5).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => map.Row<float>(-2).Length);
    }

    [Fact]
    public void TileMap_BytesWithoutScaleOrNumbersWithOne_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new TileMap(ScalarType.Byte, 4, 4, 4, 0, null));
        Assert.Throws<ArgumentException>(() => new TileMap(ScalarType.Float32, 4, 4, 4, 0, Whole));
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float32)]
    public void Run_WhatIsNoNumber_StaysNoneThroughLeakyRelu(ScalarType type)
    {
        SkipWithout(type);
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        LayerShape shape = ReconstructionLayers.Table4(0.3)[2];
        (Tensor weight, Tensor bias) = FoldedLayer.Fold(shape, Weights(shape));
        using TileMap input = Map(type, 9, shape.InChannels, 1, null), output = DirectLayer.Output(shape, type, 9, 0, null);
        using DirectConvolution layer = DirectLayer.Of(shape, (weight, bias.mul(float.NaN)), added: false, input, output);

        layer.Run();

        Assert.True(Read(output).isnan().all().ToBoolean());
    }

    internal static void SkipWithout(ScalarType type) => Assert.SkipWhen(DirectConvolution.WhyNot(type) is not null, DirectConvolution.WhyNot(type) ?? "");

    private static Tensor Answer(LayerShape shape, int size, ScalarType type)
    {
        (Tensor Weight, Tensor Bias) folded = FoldedLayer.Fold(shape, Weights(shape));
        Tensor x = rand([1, shape.InChannels, size, size], generator: new Generator(7));
        using TileMap input = Map(type, size, shape.InChannels, DirectLayer.Border(shape), type == ScalarType.Byte ? Scale(shape.InChannels) : null);
        using TileMap output = Map(type, shape.OutputSize(size), shape.OutChannels, 0, type == ScalarType.Byte ? Scale(shape.OutChannels) : null);
        Write(x, input);
        using DirectConvolution layer = DirectLayer.Of(shape, folded, added: false, input, output);
        layer.Run();
        return Read(output);
    }

    /// <summary>Sums of bytes, whose steps stand for 1, as a layer of whole weights gives them; float64.</summary>
    private static Tensor Sums(LayerShape shape, Tensor kernels, Tensor bytes, int zero)
    {
        int size = (int)bytes.size(3);
        using TileMap input = Map(ScalarType.Byte, size, shape.InChannels, DirectLayer.Border(shape), new ByteScale(zero, [.. Enumerable.Repeat(1f, shape.InChannels)]));
        using TileMap output = DirectLayer.Output(shape, ScalarType.Float32, size, 0, null);
        Write(bytes.to(ScalarType.Float32), input);
        using DirectConvolution layer = DirectLayer.Of(shape, (kernels, zeros(shape.OutChannels)), added: false, input, output);
        layer.Run();
        return Read(output).to(ScalarType.Float64);
    }

    /// <summary>Largest difference from single precision, as a share of the range of what the layer gives.</summary>
    private static double Error(LayerShape shape, int size, ScalarType read, ScalarType written, bool added = false, float rangeFactor = 1)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Dictionary<string, Tensor> weights = Weights(shape);
        (Tensor Weight, Tensor Bias) folded = FoldedLayer.Fold(shape, weights);
        using TileMap input = Map(read, size, shape.InChannels, DirectLayer.Border(shape), read == ScalarType.Byte ? Scale(shape.InChannels) : null, granularity: 4);
        Write((rand([1, shape.InChannels, size, size], generator: new Generator(7)) * 2) - 0.3, input);
        using var sums = new LibraryConvolution(shape with { Activated = false }, folded.Weight, folded.Bias, ScalarType.Float32, CPU);
        Tensor y = sums.Forward(FoldedLayer.ChannelsLast(Read(input))), held = randn(y.shape, generator: new Generator(8)) * y.std();
        Tensor expected = added ? y + held : y, nothing = zeros(1);
        ActivationRange range = new(
            Values(expected.minimum(y).minimum(held).amin([0, 2, 3]).minimum(nothing) * rangeFactor),
            Values(expected.maximum(y).maximum(held).amax([0, 2, 3]).maximum(nothing) * rangeFactor));
        if (shape.Activated)
        {
            (expected, range) = (nn.functional.leaky_relu(expected, LayerShape.LeakySlope), range.Activated());
        }

        using TileMap output = Map(written, shape.OutputSize(size), shape.OutChannels, 1, written == ScalarType.Byte ? ByteScale.Covering(range) : null);
        if (added)
        {
            Write(held, output);
        }

        using DirectConvolution layer = DirectLayer.Of(shape, folded, added, input, output);
        layer.Run();
        Tensor actual = Read(output);

        Assert.Equal(expected.shape, actual.shape);
        return (actual - expected).abs().max().ToDouble() / (expected.max() - expected.min()).ToDouble();
    }

    private static ByteScale Scale(int channels) => new(20, [.. Enumerable.Range(0, channels).Select(channel => 0.01f * (1 + (channel % 3)))]);

    // What only is read has room for whole steps; what is written, for whole vectors.
    private static TileMap Map(ScalarType type, int size, int channels, int border, ByteScale? scale, int granularity = MicroKernel.Lanes) =>
        new(type, size, channels, granularity, border, scale);

    private static float[] Values(Tensor x) => MemoryMarshal.Cast<byte, float>(x.contiguous().bytes).ToArray();

    private static void Write(Tensor x, TileMap map)
    {
        float[] values = Values(x.permute(0, 2, 3, 1));
        int perPixel = map.PixelBytes / MicroKernel.ElementBytes(map.Type);
        for (int i = 0; i < values.Length; i++)
        {
            (int pixel, int channel) = Math.DivRem(i, map.Channels);
            (int y, int at) = (pixel / map.Size, (pixel % map.Size * perPixel) + channel);
            switch (map.Type)
            {
                case ScalarType.Byte:
                    map.Row<byte>(y)[at] = (byte)Math.Clamp(MathF.Round(values[i] / map.Scale!.Steps[channel]) + map.Scale.Zero, 0, byte.MaxValue);
                    break;
                case ScalarType.BFloat16:
                    map.Row<ushort>(y)[at] = values[i].ToBFloat16();
                    break;
                default:
                    map.Row<float>(y)[at] = values[i];
                    break;
            }
        }
    }

    private static Tensor Read(TileMap map)
    {
        float[] values = new float[map.Size * map.Size * map.Channels];
        int perPixel = map.PixelBytes / MicroKernel.ElementBytes(map.Type);
        for (int i = 0; i < values.Length; i++)
        {
            (int pixel, int channel) = Math.DivRem(i, map.Channels);
            (int y, int at) = (pixel / map.Size, (pixel % map.Size * perPixel) + channel);
            values[i] = map.Type switch
            {
                ScalarType.Byte => (map.Row<byte>(y)[at] - map.Scale!.Zero) * map.Scale.Steps[channel],
                ScalarType.BFloat16 => map.Row<ushort>(y)[at].ToSingle(),
                _ => map.Row<float>(y)[at],
            };
        }

        return tensor(values).view(1, map.Size, map.Size, map.Channels).permute(0, 3, 1, 2);
    }

    private static Dictionary<string, Tensor> Weights(LayerShape shape)
    {
        Generator generator = new(6);
        return shape.Tensors().ToDictionary(
            t => t.Name,
            t => rand(t.Shape, generator: generator) - 0.3 + (t.Name.EndsWith("variance", StringComparison.Ordinal) ? 1 : 0));
    }
}
