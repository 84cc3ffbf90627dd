using System.Text.Json;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Learning.Evaluation;

namespace MpcgLine.UnitTests.Evaluation;

/// <summary>Against reference.json, which reference.py beside it computes from the definitions with numpy and scipy alone.</summary>
public sealed class ReferenceTests
{
    // Shares of regions are summed in single precision.
    private const double Tolerance = 1e-6;

    private static readonly JsonElement Reference = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Evaluation", "reference.json"))).RootElement;

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Reference.GetArrayLength())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void RankFigures_RandomImagesWithTiesAndHiddenCells_MatchIndependentScript(int index)
    {
        JsonElement expected = Reference[index];
        RankedScores ranking = new();
        foreach (JsonElement image in expected.GetProperty("images").EnumerateArray())
        {
            float[] scores =
            [
                .. image.GetProperty("scores").EnumerateArray()
                    .Select(s => s.ValueKind == JsonValueKind.Null ? float.NegativeInfinity : s.GetSingle()),
            ];
            GrayImage mask = Mask(image);
            PixelRanking.Add(ranking, new ScoreMap(mask.Width, mask.Height, scores), mask);
        }

        AssertClose(expected.GetProperty("auroc"), RankMetrics.Auroc(ranking));
        AssertClose(expected.GetProperty("averagePrecision"), RankMetrics.AveragePrecision(ranking));
        AssertClose(expected.GetProperty("aupro30"), RegionOverlapCurve.Area(ranking, 0.3));
        AssertClose(expected.GetProperty("aupro05"), RegionOverlapCurve.Area(ranking, 0.05));
        AssertClose(expected.GetProperty("auproWhole"), RegionOverlapCurve.Area(ranking, 1));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void MaskComponents_NearerThanThree_HaveTheAreasOfIndependentScript(int index)
    {
        foreach (JsonElement image in Reference[index].GetProperty("images").EnumerateArray())
        {
            int[] areas = [.. MaskComponents.Find(Mask(image), MaskComponents.NearerThanThree).Select(pixels => pixels.Length).Order()];

            Assert.Equal(image.GetProperty("mergedAreas").EnumerateArray().Select(a => a.GetInt32()), areas);
        }
    }

    private static GrayImage Mask(JsonElement image) => new(
        image.GetProperty("width").GetInt32(),
        image.GetProperty("height").GetInt32(),
        [.. image.GetProperty("mask").GetString()!.Select(c => c == '1' ? (byte)255 : (byte)0)]);

    private static void AssertClose(JsonElement expected, double? actual) =>
        Assert.InRange(actual!.Value, expected.GetDouble() - Tolerance, expected.GetDouble() + Tolerance);
}
