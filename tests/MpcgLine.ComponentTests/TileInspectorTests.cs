using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics.X86;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native.Direct;
using MpcgLine.Inspection.Tiling;
using TorchSharp;

namespace MpcgLine.ComponentTests;

[Collection(TensorTests.Name)]
public sealed class TileInspectorTests
{
    [Theory]
    [InlineData(FusionKind.Learned, 2000)]
    [InlineData(FusionKind.Paper, 200)]
    public void Inspect_CollectionEveryMillisecond_AnswersStayBitIdentical(FusionKind fusion, int tiles)
    {
        // At this threshold the random fusion suspects some places; at 0 half the tile, whose outlines take most of the time.
        using var inspector = new TileInspector(TestModel.Create(threshold: 0.5f), new InferenceOptions { BatchTiles = 4, Fusion = fusion });
        var expected = new TileRowFindings(4);
        var now = new TileRowFindings(4);
        Stage(inspector, 4);
        inspector.Inspect(4, expected);
        Assert.True(fusion == FusionKind.Paper || expected.Defective(0).Contains((byte)1), "nothing is suspected: outlines are not compared");
        using var stop = new CancellationTokenSource();
        var storm = new Thread(() =>
        {
            while (!stop.Token.WaitHandle.WaitOne(1))
            {
                GC.Collect();
            }
        });
        storm.Start();
        try
        {
            for (int i = 0; i < tiles; i += 4)
            {
                inspector.Inspect(4, now);
                for (int tile = 0; tile < 4; tile++)
                {
                    Assert.True(expected.Scores(tile).SequenceEqual(now.Scores(tile)), $"scores of batch {i} differ");
                    Assert.True(expected.Residual(tile).SequenceEqual(now.Residual(tile)), $"residual of batch {i} differs");
                    Assert.True(expected.Defective(tile).SequenceEqual(now.Defective(tile)), $"mask of batch {i} differs");
                }
            }
        }
        finally
        {
            stop.Cancel();
            storm.Join();
        }
    }

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    [InlineData(Precision.Int8)]
    public void Inspect_AnyBatch_AnswersForATileAreTheSame(Precision precision)
    {
        SkipWhereEmulated(precision);
        using var inspector = new TileInspector(TestModel.Create(), Options(3, precision));
        var together = new TileRowFindings(3);
        var alone = new TileRowFindings(1);
        Stage(inspector, 3);
        inspector.Inspect(3, together);
        inspector.Tile(2).CopyTo(inspector.Tile(0));
        inspector.Inspect(1, alone);

        Assert.True(together.Scores(2).SequenceEqual(alone.Scores(0)));
        Assert.True(together.Defective(2).SequenceEqual(alone.Defective(0)));
    }

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    [InlineData(Precision.Int8)]
    public void Inspect_ManyTimes_LiveTensorsStayFlat(Precision precision)
    {
        SkipWhereEmulated(precision);
        using var inspector = new TileInspector(TestModel.Create(), Options(2, precision));
        var findings = new TileRowFindings(2);
        Stage(inspector, 2);
        inspector.Inspect(2, findings);
        long before = LiveTensors.Count;
        for (int i = 0; i < 20; i++)
        {
            inspector.Inspect(2, findings);
        }

        Assert.Equal(before, LiveTensors.Count);
    }

    [Theory]
    [InlineData(FusionKind.Learned, Precision.Float32)]
    [InlineData(FusionKind.Learned, Precision.BFloat16)]
    [InlineData(FusionKind.Learned, Precision.Int8)]
    [InlineData(FusionKind.Paper, Precision.Float32)]
    [InlineData(FusionKind.Paper, Precision.BFloat16)]
    public void Inspect_ManyTimes_AllocatesNothing(FusionKind fusion, Precision precision)
    {
        SkipWhereEmulated(precision);
        using var inspector = new TileInspector(TestModel.Create(), Options(2, precision) with { Fusion = fusion });
        var findings = new TileRowFindings(2);
        Stage(inspector, 2);
        inspector.Inspect(2, findings);

        // The runtime allocates an object of its own when it compiles a method again, once in a process.
        Assert.Equal(0, Enumerable.Range(0, 3).Min(_ => Allocated()));

        long Allocated()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 5; i++)
            {
                inspector.Inspect(2, findings);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Theory]
    [InlineData(FusionKind.Learned)]
    [InlineData(FusionKind.Paper)]
    public void Inspect_TileOutside_SaysNothingOfItAndTheSameOfTheOthers(FusionKind fusion)
    {
        using var inspector = new TileInspector(TestModel.Create(threshold: 0.5f), new InferenceOptions { BatchTiles = 3, Fusion = fusion });
        TileRowFindings expected = new(3), now = new(3);
        Stage(inspector, 3);
        inspector.Inspect(3, expected);
        inspector.Inspect(3, now);
        inspector.MarkOutside(1);
        inspector.Inspect(3, now);

        Assert.False(now.MayBeDefective(1));
        Assert.False(now.Defective(1).Contains((byte)1));
        Assert.False(now.Scores(1).ContainsAnyExcept(float.NegativeInfinity));
        Assert.False(now.Residual(1).ContainsAnyExcept((sbyte)0));
        TileRowFindings alone = new(1);
        inspector.MarkOutside(0);
        inspector.Inspect(1, alone);
        Assert.Equal((expected.Threshold, fusion == FusionKind.Paper ? PaperFusion.Gamma : 0.5f), (alone.Threshold, alone.Threshold));
        foreach (int other in (int[])[0, 2])
        {
            Assert.True(expected.Scores(other).SequenceEqual(now.Scores(other)));
            Assert.True(expected.Defective(other).SequenceEqual(now.Defective(other)));
        }
    }

    [Fact]
    public void Inspect_PrecisionWithoutFusedLayers_AnswersNearlyAsSinglePrecision()
    {
        // Half precision goes through the library's own operations on a processor, as every precision does in a libtorch without the fused ones.
        Assert.False(ProcessorConvolution.Supports(torch.ScalarType.Float16));
        TileRowFindings single = Scored(Precision.Float32), half = Scored(Precision.Float16);

        // Random networks make much of small differences, here and there; wrong arithmetic differs everywhere.
        double mean = single.Scores(0).ToArray().Average();
        double spread = RootMeanSquare(i => single.Scores(0)[i] - mean);
        double difference = RootMeanSquare(i => single.Scores(0)[i] - half.Scores(0)[i]);
        Assert.True(spread > 0.1, "the fusion answers a constant: nothing is compared");
        Assert.True(difference < 0.3 * spread, $"differs by {difference}, of a spread of {spread}");

        static TileRowFindings Scored(Precision precision)
        {
            using var inspector = new TileInspector(TestModel.Create(), new InferenceOptions { BatchTiles = 1, Precision = precision });
            var findings = new TileRowFindings(1);
            Stage(inspector, 1);
            inspector.Inspect(1, findings);
            return findings;
        }

        double RootMeanSquare(Func<int, double> of) => Math.Sqrt(Enumerable.Range(0, single.Scores(0).Length).Average(i => of(i) * of(i)));
    }

    [Fact]
    public void Inspect_OtherNumberOfThreadsOverBytes_IsTheSameToTheBit()
    {
        SkipWhereEmulated(Precision.Int8);
        using var inspector = new TileInspector(TestModel.Create(), Options(1, Precision.Int8));
        TileRowFindings one = new(1), two = new(1);
        Stage(inspector, 1);
        int before = torch.get_num_threads();
        try
        {
            torch.set_num_threads(1);
            inspector.Inspect(1, one);
            torch.set_num_threads(2);
            inspector.Inspect(1, two);
        }
        finally
        {
            torch.set_num_threads(before);
        }

        Assert.True(one.Scores(0).SequenceEqual(two.Scores(0)));
        Assert.True(one.Residual(0).SequenceEqual(two.Residual(0)));
        Assert.True(one.Changes(0).SequenceEqual(two.Changes(0)));
    }

    [Fact]
    public void Constructor_Int8WithoutRanges_IsRefused()
    {
        SkipWhereEmulated(Precision.Int8);

        Assert.Throws<ModelException>(() => new TileInspector(TestModel.Create(), new InferenceOptions { BatchTiles = 1, Precision = Precision.Int8 }));
    }

    private static InferenceOptions Options(int tiles, Precision precision) => new()
    {
        BatchTiles = tiles,
        Precision = precision,
        ActivationRanges = precision == Precision.Int8 ? ActivationRanges.Measure(TestModel.Create(), [TestModel.Tile(1)]) : null,
    };

    private static void SkipWhereEmulated(Precision precision)
    {
        Assert.SkipUnless(
            precision != Precision.BFloat16 || Precisions.MultipliesBFloat16(), "this processor does not multiply bfloat16; emulated, a tile takes half a minute");
        Assert.SkipUnless(precision != Precision.Int8 || Precisions.WhyNoInt8() is null, Precisions.WhyNoInt8() ?? "");
    }

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    [InlineData(Precision.Int8)]
    public void Constructor_PrecisionOnThisProcessor_RunsByDirectConvolutionsWhereTheyAreFastest(Precision precision)
    {
        SkipWhereEmulated(precision);
        string flags = File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith("flags", StringComparison.Ordinal));
        bool Has(string flag) => Avx512BW.IsSupported && flags.Split(' ').Contains(flag);
        using var inspector = new TileInspector(TestModel.Create(), Options(1, precision));

        Assert.Equal(precision == Precision.Int8 || (precision == Precision.BFloat16 && Has("avx512_bf16") && !Has("amx_bf16")), inspector.RunsByDirectConvolutions);
    }

    [Fact]
    public void Constructor_NotCalibrated_SaysWhatToRun()
    {
        ModelBundle bundle = TestModel.Create();

        var error = Assert.Throws<ModelException>(() => new TileInspector(bundle.WithCalibration(null!), new InferenceOptions()));

        Assert.Contains("mpcgline calibrate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InferencePath_EveryMethod_MakesNoImplicitScalar()
    {
        Type[] path =
        [
            typeof(TileInspector), typeof(GpuBatches), typeof(GpuMaps), typeof(BatchMemory), typeof(StagedTiles),
            .. typeof(TileInspector).Assembly.GetTypes().Where(type =>
                !type.IsNested && (IsWithin(type, typeof(ReconstructionModel).Namespace!) || IsWithin(type, typeof(PaperFusion).Namespace!))),
        ];
        Assert.Contains(typeof(DirectConvolution), path);
        Assert.Contains(typeof(FoldedLayer), path);
        Assert.Contains(typeof(LearnedFusion), path);
        string[] found = [.. path.SelectMany(WithNestedTypes).SelectMany(Methods).SelectMany(ScalarsMadeIn)];

        Assert.Empty(found);

        static bool IsWithin(Type type, string name) => type.Namespace == name || type.Namespace?.StartsWith($"{name}.", StringComparison.Ordinal) == true;
    }

    [Fact]
    public void ScalarsMadeIn_MethodThatMultipliesByANumber_IsFound()
    {
        MethodBase culprit = typeof(TileInspectorTests).GetMethod(nameof(Twice), BindingFlags.NonPublic | BindingFlags.Static)!;

        Assert.NotEmpty(ScalarsMadeIn(culprit));
    }

    private static torch.Tensor Twice(torch.Tensor x) => x.mul(2.0);

    private static IEnumerable<Type> WithNestedTypes(Type type) =>
        type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).SelectMany(WithNestedTypes).Prepend(type);

    private static IEnumerable<MethodBase> Methods(Type type)
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        // Constructors may make scalars: they run before the first tile, and hold what they make in fields.
        return type.GetMethods(all);
    }

    /// <summary>Calls, read off the method's instructions, that convert to a scalar or take a plain number and convert inside.</summary>
    private static IEnumerable<string> ScalarsMadeIn(MethodBase method)
    {
        foreach (MethodBase called in Calls(method))
        {
            if (MakesScalar(called, depth: 0))
            {
                yield return $"{method.DeclaringType}.{method.Name} calls {called}";
            }
        }
    }

    /// <summary>
    /// Whether a call ends in a conversion to a scalar, also deep inside the library: an overload that takes no number
    /// may still make one.
    /// </summary>
    private static bool MakesScalar(MethodBase called, int depth)
    {
        const int deepest = 4;
        if (called.DeclaringType == typeof(Scalar))
        {
            return called.Name == "op_Implicit";
        }

        return depth < deepest && called.DeclaringType?.Assembly == typeof(torch).Assembly
            && Calls(called).Any(inner => MakesScalar(inner, depth + 1));
    }

    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        byte[] il = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int at = 0; at < il.Length;)
        {
            OpCode code = il[at] == 0xFE ? TwoByteCodes[il[at + 1]] : OneByteCodes[il[at]];
            at += code.Size;
            if (code.OperandType == OperandType.InlineMethod)
            {
                yield return method.Module.ResolveMethod(
                    BitConverter.ToInt32(il, at),
                    method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null,
                    method.IsGenericMethod ? method.GetGenericArguments() : null)!;
            }

            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
        }
    }

    private static readonly Dictionary<byte, OpCode> OneByteCodes = Codes(size: 1), TwoByteCodes = Codes(size: 2);

    private static Dictionary<byte, OpCode> Codes(int size) =>
        typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (OpCode)f.GetValue(null)!)
            .Where(c => c.Size == size)
            .ToDictionary(c => (byte)c.Value);

    private static void Stage(TileInspector inspector, int count)
    {
        for (int i = 0; i < count; i++)
        {
            TestModel.Tile(i).CopyTo(inspector.Tile(i));
            inspector.Inspected(i).Fill(1);
        }
    }
}
