using System.Text.Json;

namespace MpcgLine.EndToEndTests.Commands;

public sealed class BenchCommandTests(TinyModel model)
{
    // On a busy machine the tensor library's threads wait for each other more than they compute.
    private static readonly string[] SmallPanels = ["--width", "512", "--length", "512", "--threads", "1"];

    [Fact]
    public async Task Bench_FewRepetitions_WritesFiniteFigures()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using TemporaryFolder folder = new();
        string file = folder["bench.json"];

        ProgramRun run = await Service.RunAsync(
            ["bench", "--model", model.Blind, "--rounds", "1", "--panels", "2", "--lines-per-second", "4000", "--json", file, .. SmallPanels], cancellation);

        Assert.True(run.ExitCode == 0, run.Error + run.Output);
        JsonElement report = JsonDocument.Parse(await File.ReadAllTextAsync(file, cancellation)).RootElement;
        JsonElement path = report.GetProperty("path"), line = report.GetProperty("line");
        Assert.NotEmpty(report.GetProperty("machine").GetProperty("cpu").GetString()!);
        Assert.Equal("cpu", report.GetProperty("machine").GetProperty("device").GetString());
        Assert.Equal(4000, line.GetProperty("linesPerSecond").GetDouble());
        RequirePositive(path.GetProperty("referenceMs").GetProperty("median"));
        RequirePositive(path.GetProperty("peakGmacs").GetProperty("median"));
        foreach (string bundle in (string[])["model", "widthOne"])
        {
            JsonElement figures = path.GetProperty(bundle);
            RequirePositive(figures.GetProperty("msPerTile").GetProperty("median"));
            RequirePositive(figures.GetProperty("bytesPerPanel"));
            foreach (string step in (string[])["staging", "reconstruction", "regionalAnalysis", "maps", "defectivePixels", "regions"])
            {
                RequirePositive(figures.GetProperty("steps").GetProperty(step).GetProperty("median"));
            }
        }

        bool hasInt8 = path.GetProperty("noInt8").ValueKind == JsonValueKind.Null;
        Assert.Equal(hasInt8 ? 4 : 3, path.GetProperty("bars").GetArrayLength());
        Assert.Contains(hasInt8 ? "in int8" : "int8 was not measured: ", run.Output, StringComparison.Ordinal);
        foreach (JsonElement bar in path.GetProperty("bars").EnumerateArray())
        {
            RequirePositive(bar.GetProperty("value").GetProperty("median"));
        }

        Assert.Equal(2, line.GetProperty("panels").GetInt32());
        Assert.Equal(0, line.GetProperty("notInspected").GetInt32());
        RequirePositive(line.GetProperty("sustainedLinesPerSecond"));
        RequirePositive(line.GetProperty("latencyMs").GetProperty("p50"));
        Assert.Contains("whole path / float32 reference", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bench_Scaling_JudgesTimeAndMemory()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using TemporaryFolder folder = new();
        string file = folder["scaling.json"];

        ProgramRun run = await Service.RunAsync(
            ["bench", "--scaling", "--model", model.Blind, "--rounds", "1", "--json", file, .. SmallPanels], cancellation);

        JsonElement report = JsonDocument.Parse(await File.ReadAllTextAsync(file, cancellation)).RootElement;
        Assert.Equal(report.GetProperty("holds").GetBoolean() ? 0 : 1, run.ExitCode);
        RequirePositive(report.GetProperty("scaling").GetProperty("twiceMs").GetProperty("median"));
        Assert.Equal(2, report.GetProperty("bars").GetArrayLength());
    }

    [Fact]
    public async Task Bench_SoakOfSomeSeconds_JudgesWhatMustStayFlat()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using TemporaryFolder folder = new();
        string file = folder["soak.json"];

        ProgramRun run = await Service.RunAsync(
            ["bench", "--soak", "2s", "--model", model.Blind, "--json", file, .. SmallPanels], cancellation);

        Assert.True(run.ExitCode is 0 or 1, run.Error + run.Output);
        JsonElement report = JsonDocument.Parse(await File.ReadAllTextAsync(file, cancellation)).RootElement;
        Assert.Equal(report.GetProperty("holds").GetBoolean() ? 0 : 1, run.ExitCode);
        Dictionary<string, double> bars = report.GetProperty("bars").EnumerateArray()
            .ToDictionary(bar => bar.GetProperty("name").GetString()!, bar => bar.GetProperty("value").GetProperty("median").GetDouble());
        Assert.Equal(0, bars["growth of live tensors"]);

        // A busy machine may let the heartbeat rest; without a PLC no verdict would be acknowledged.
        JsonElement soak = report.GetProperty("soak"), line = soak.GetProperty("line"), steady = soak.GetProperty("steady");
        int panels = line.GetProperty("panels").GetInt32();
        Assert.InRange(bars["verdicts not acknowledged as given"], 0, panels - 1);

        // At most half of each panel counts; cycles take 5 ms, and more on a busy machine.
        double seconds = steady.GetProperty("seconds").GetDouble();
        Assert.InRange(seconds, double.Epsilon, panels * 512 / line.GetProperty("linesPerSecond").GetDouble() / 2);
        Assert.InRange(steady.GetProperty("plcCycles").GetInt64(), 1, (seconds / 0.005) + 100);
        Assert.Equal(steady.GetProperty("bytes").GetInt64() / steady.GetProperty("plcCycles").GetDouble(), bars["steady bytes per PLC cycle"], 1e-6);
    }

    [Fact]
    public async Task Bench_Tune_WritesAProfileThatInspectGoesByAndRefusesWhenDamaged()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using TemporaryFolder folder = new();
        string bundle = folder["bundle"], profile = Path.Combine(bundle, "profile.json"), image = Path.Combine(model.CleanPanels, "panel-1.png");
        Directory.CreateDirectory(bundle);
        foreach (string file in Directory.EnumerateFiles(model.Blind))
        {
            File.Copy(file, Path.Combine(bundle, Path.GetFileName(file)));
        }

        ProgramRun tuned = await Service.RunAsync(["bench", "--tune", "--model", bundle, "--good", model.CleanPanels, "--rounds", "1"], cancellation);

        Assert.True(tuned.ExitCode == 0, tuned.Error + tuned.Output);
        string precision = JsonDocument.Parse(await File.ReadAllTextAsync(profile, cancellation)).RootElement.GetProperty("precision").GetString()!;
        Assert.Contains($"{precision} with ", tuned.Output, StringComparison.Ordinal);

        ProgramRun inspected = await Service.RunAsync(["inspect", image, "--model", bundle], cancellation);
        Assert.True(inspected.ExitCode is 0 or 1, inspected.Error);
        Assert.Contains($"local profile: {precision}", inspected.Output, StringComparison.Ordinal);

        await File.AppendAllTextAsync(profile, "}", cancellation);
        ProgramRun refused = await Service.RunAsync(["inspect", image, "--model", bundle], cancellation);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("bench --tune", refused.Error, StringComparison.Ordinal);
        ProgramRun withoutProfile = await Service.RunAsync(["inspect", image, "--model", bundle, "--precision", "float32"], cancellation);
        Assert.Equal(0, withoutProfile.ExitCode);
    }

    [Theory]
    [InlineData("--tune and --good go together", "--tune")]
    [InlineData("--tune and --good go together", "--good", "somewhere")]
    [InlineData("ask for one", "--tune", "--good", "somewhere", "--scaling")]
    public async Task Bench_TuneThatDoesNotFit_IsRefused(string expected, params string[] arguments)
    {
        ProgramRun run = await Service.RunAsync(["bench", .. arguments], TestContext.Current.CancellationToken);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("20")]
    [InlineData("-1m")]
    [InlineData("0.5s")]
    [InlineData("soon")]
    public async Task Bench_SoakOfNoDuration_SaysWhatIsAllowed(string duration)
    {
        ProgramRun run = await Service.RunAsync(["bench", "--soak", duration], TestContext.Current.CancellationToken);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--soak", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--soak", "1s")]
    [InlineData("--scaling")]
    public async Task Bench_RateWhereNoneIsSet_IsRefused(params string[] measurement)
    {
        ProgramRun run = await Service.RunAsync(["bench", "--lines-per-second", "5000", .. measurement], TestContext.Current.CancellationToken);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--lines-per-second goes with neither", run.Error, StringComparison.Ordinal);
    }

    private static void RequirePositive(JsonElement number)
    {
        double value = number.GetDouble();
        Assert.True(double.IsFinite(value) && value > 0, $"{value}");
    }
}
