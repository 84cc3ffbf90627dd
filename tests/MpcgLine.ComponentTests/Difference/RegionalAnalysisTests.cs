using MpcgLine.Inspection.Difference;
using MpcgLine.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Difference;

[Collection(TensorTests.Name)]
public sealed class RegionalAnalysisTests
{
    private const int N = RegionalAnalysis.PatchSize, L = RegionalAnalysis.CornerSize;

    [Fact]
    public void Feature_RandomPatches_MatchesDirectSum()
    {
        using var scope = NewDisposeScope();
        using var analysis = new RegionalAnalysis(CPU);
        var random = new Random(3);
        const int rows = 2, columns = 3;
        float[] image = [.. Enumerable.Range(0, rows * N * columns * N).Select(_ => (float)random.Next(256))];

        float[] features = TensorArrays.From(analysis.Feature(tensor(image, [1, 1, rows * N, columns * N]))).Values;

        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                double expected = DirectFeature((y, x) => image[(((r * N) + y) * columns * N) + (c * N) + x]);
                // Sums of 1024 products in single precision.
                Assert.Equal(expected, features[(r * columns) + c], 1e-2);
            }
        }
    }

    [Fact]
    public void Change_OneTileOnTheProcessor_IsThatOfTraining()
    {
        using var scope = NewDisposeScope();
        using var analysis = new RegionalAnalysis(CPU);
        using var fast = new ProcessorRegionalAnalysis();
        var random = new Random(7);
        Tensor Levels() => tensor([.. Enumerable.Range(0, 512 * 512).Select(i => (float)((i % 512 > 200 ? 90 : 20) + random.Next(100)))], [1, 1, 512, 512]);
        (Tensor first, Tensor second, Tensor third) = (Levels().to(ScalarType.Byte), Levels().to(ScalarType.Byte), Levels());

        float[] expected = TensorArrays.From(analysis.Change(first.to(ScalarType.Float32), third)).Values;
        fast.Change(second, third * 2);
        float[] actual = TensorArrays.From(fast.Change(first, third)).Values;

        Assert.True(expected.Max() > 1, "nothing changed: nothing is compared");
        Assert.All(Enumerable.Range(0, expected.Length), i => Assert.Equal(expected[i], actual[i], 1e-2));
    }

    [Fact]
    public void Change_PatchIsNoNumber_StaysNone()
    {
        using var scope = NewDisposeScope();
        using var fast = new ProcessorRegionalAnalysis();
        float[] background = new float[512 * 512];
        background[(40 * 512) + 100] = float.NaN;

        float[] change = TensorArrays.From(fast.Change(zeros([1, 1, 512, 512], ScalarType.Byte), tensor(background, [1, 1, 512, 512]))).Values;

        Assert.Equal([(1 * 16) + 3], Enumerable.Range(0, change.Length).Where(i => float.IsNaN(change[i])));
    }

    [Fact]
    public void Feature_FlatPatch_IsZero()
    {
        using var scope = NewDisposeScope();
        using var analysis = new RegionalAnalysis(CPU);

        float[] features = TensorArrays.From(analysis.Feature(full([1, 1, N, N], 200f))).Values;

        Assert.Equal(0, Assert.Single(features), 1e-3);
    }

    [Fact]
    public void Feature_OneCosine_IsItsAmplitudeOverCornerSize()
    {
        // F(u,v) of a * cos((2x+1)v pi / 2N), constant along y, is a * N / sqrt(2) at (0, v) alone.
        using var scope = NewDisposeScope();
        using var analysis = new RegionalAnalysis(CPU);
        const double amplitude = 20;
        float[] patch = [.. Enumerable.Range(0, N * N).Select(i => (float)(amplitude * Math.Cos(((2 * (i % N)) + 1) * 3 * Math.PI / (2 * N))))];

        float[] features = TensorArrays.From(analysis.Feature(tensor(patch, [1, 1, N, N]))).Values;

        Assert.Equal(amplitude * N / Math.Sqrt(2) / ((L * L) - 1), features[0], 1e-3);
    }

    /// <summary>Equations 17 to 19 as printed: an O(N^4) sum per patch.</summary>
    private static double DirectFeature(Func<int, int, double> pixel)
    {
        static double C(int k) => Math.Sqrt((k == 0 ? 1.0 : 2.0) / N);
        double sum = 0, first = 0;
        for (int u = 0; u < L; u++)
        {
            for (int v = 0; v < L; v++)
            {
                double f = 0;
                for (int y = 0; y < N; y++)
                {
                    for (int x = 0; x < N; x++)
                    {
                        f += pixel(y, x) * Math.Cos(((2 * y) + 1) * u * Math.PI / (2 * N)) * Math.Cos(((2 * x) + 1) * v * Math.PI / (2 * N));
                    }
                }

                double amplitude = Math.Abs(C(u) * C(v) * f);
                sum += amplitude;
                first = u == 0 && v == 0 ? amplitude : first;
            }
        }

        return (sum - first) / ((L * L) - 1);
    }
}
