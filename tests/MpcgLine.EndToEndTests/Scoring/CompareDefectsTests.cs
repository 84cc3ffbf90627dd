namespace MpcgLine.EndToEndTests.Scoring;

/// <summary><c>compare_defects.py</c>, which decides whether a GPU finds what the processor does.</summary>
public sealed class CompareDefectsTests
{
    private const string First = """{"image":"a.png","centroid":[10.0,20.0]}""";
    private const string Second = """{"image":"a.png","centroid":[11.5,20.0]}""";
    private const string Elsewhere = """{"image":"b.png","centroid":[10.0,20.0]}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, new[] { First, Second }, new[] { Second, First }, "2 in pairs, furthest 0.000 px")]
    [InlineData(0, new[] { First, Second }, new[] { """{"image":"a.png","centroid":[10.7,20.0]}""", """{"image":"a.png","centroid":[12.3,20.0]}""" }, "2 in pairs, furthest 0.800 px")]
    [InlineData(1, new[] { First }, new[] { """{"image":"a.png","centroid":[10.9,20.9]}""" }, "0 in pairs")]
    [InlineData(1, new[] { First, Second }, new[] { First }, "1 in pairs")]
    [InlineData(1, new[] { First }, new[] { First, Second }, "1 in pairs")]
    [InlineData(1, new[] { First }, new[] { Elsewhere }, "0 in pairs")]
    [InlineData(1, new string[0], new string[0], "0 expected, 0 found")]
    public async Task Compare_TwoLists_HoldsWhereEveryRegionHasAPartner(int code, string[] expected, string[] actual, string says)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllLinesAsync(folder["expected.jsonl"], expected, Cancellation);
        await File.WriteAllLinesAsync(folder["actual.jsonl"], actual, Cancellation);
        string script = Path.Combine(Service.RepositoryRoot, "tests", "MpcgLine.Benchmarks", "compare_defects.py");

        ProgramRun run = await ProgramRun.RunAsync(
            ProgramRun.Prepare("/usr/bin/python3", [script, folder["expected.jsonl"], folder["actual.jsonl"]]), Cancellation);

        Assert.True(run.ExitCode == code, run.Error + run.Output);
        Assert.Contains(says, run.Output, StringComparison.Ordinal);
    }
}
