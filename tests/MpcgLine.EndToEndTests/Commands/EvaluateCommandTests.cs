using System.Globalization;
using System.Text.Json;

namespace MpcgLine.EndToEndTests.Commands;

public sealed class EvaluateCommandTests(TinyModel model)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Evaluate_ModelThatSuspectsEverything_CountsAgreeWithInspectAndTheScript()
    {
        using TemporaryFolder folder = new();
        await MakeDataAsync(folder["data"]);

        JsonElement result = await EvaluateAsync(0, folder, model.Nervous);
        ProgramRun inspect = await Service.RunAsync(
            ["inspect", folder["data/test/good"], folder["data/test/defect"], "--model", model.Nervous, "--edges", "contrast", "--out", folder["found"]],
            Cancellation);
        Assert.True(inspect.ExitCode is 0 or 1, inspect.Error);
        JsonElement script = await ScoreAsync(folder["data"], folder["found/defects.jsonl"]);

        TestContext.Current.TestOutputHelper!.WriteLine($"{script}");
        JsonElement calibrated = result.GetProperty("sweep").EnumerateArray()
            .Single(step => step.GetProperty("threshold").GetDouble() == result.GetProperty("thresholdCalibrated").GetDouble());
        Assert.True(script.GetProperty("detections").GetInt32() > 0, "nothing was detected: nothing is compared");
        Assert.Equal(script.GetProperty("trueRegions").GetInt32(), result.GetProperty("trueRegions").GetInt32());
        foreach (string name in (string[])["found", "detections", "right"])
        {
            Assert.Equal(script.GetProperty(name).GetInt32(), calibrated.GetProperty(name).GetInt32());
        }

        Assert.Equal(2, result.GetProperty("good").GetInt32());
        Assert.Equal(2, result.GetProperty("goodFlagged").GetInt32());
        Assert.Equal(2, result.GetProperty("defective").GetInt32());
        Assert.Equal(2, result.GetProperty("defectiveFound").GetInt32());

        JsonElement[] regions = [.. (await File.ReadAllLinesAsync(folder["out/regions.jsonl"], Cancellation)).Select(line => JsonDocument.Parse(line).RootElement)];
        JsonElement[] marked = [.. regions.SelectMany(image => image.GetProperty("marked").EnumerateArray())];
        JsonElement[] detected = [.. regions.SelectMany(image => image.GetProperty("detected").EnumerateArray())];
        Assert.Equal(script.GetProperty("found").GetInt32(), marked.Count(IsMatched));
        Assert.Equal((script.GetProperty("detections").GetInt32(), script.GetProperty("right").GetInt32()), (detected.Length, detected.Count(IsMatched)));
    }

    private static bool IsMatched(JsonElement region) => region.GetProperty("matched").GetBoolean();

    [Fact]
    public async Task Evaluate_GoodAndDefectiveImages_WritesFiguresTableAndAReportOfItsOwn()
    {
        using TemporaryFolder folder = new();
        await MakeDataAsync(folder["data"]);

        JsonElement result = await EvaluateAsync(0, folder, model.Blind);

        foreach (string name in (string[])["imageAuroc", "pixelAuroc", "pixelAp", "aupro30", "aupro05", "f1Max", "f1Calibrated", "recallCalibrated", "recallF1Max"])
        {
            Assert.InRange(result.GetProperty(name).GetDouble(), 0, 1);
        }

        Assert.Equal(JsonValueKind.Null, result.GetProperty("precisionCalibrated").ValueKind);
        Assert.Equal(0, result.GetProperty("defectiveFound").GetInt32());
        Assert.Equal(0, result.GetProperty("iou").GetDouble());
        Assert.InRange(result.GetProperty("sweep").GetArrayLength(), 2, 41);

        string[][] rows = [.. (await File.ReadAllLinesAsync(folder["out/images.csv"], Cancellation)).Select(line => line.Split(','))];
        Assert.Equal(["good/panel-1.png", "good/panel-2.png", "defect/panel-1.png", "defect/panel-2.png"], rows.Skip(1).Select(row => row[0]));
        int column = Array.IndexOf(rows[0], "trueRegions");
        Assert.Equal(
            result.GetProperty("trueRegions").GetInt32(),
            rows.Skip(1).Sum(row => int.Parse(row[column], CultureInfo.InvariantCulture)));

        string report = await File.ReadAllTextAsync(folder["out/report.html"], Cancellation);
        Assert.Contains("data:image/png;base64,", report, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", report, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http", report, StringComparison.OrdinalIgnoreCase);
        JsonElement[] regions = [.. (await File.ReadAllLinesAsync(folder["out/regions.jsonl"], Cancellation)).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(rows.Skip(1).Select(row => row[0]), regions.Select(image => image.GetProperty("image").GetString()));
        Assert.Equal(
            result.GetProperty("trueRegions").GetInt32(),
            regions.Sum(image => image.GetProperty("marked").EnumerateArray().Count(region => !IsMatched(region) && region.GetProperty("box").GetArrayLength() == 4)));
        Assert.Equal(["evaluation.json", "images.csv", "regions.jsonl", "report.html"], Directory.GetFiles(folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Evaluate_BadFilesAmongGoodOnes_NamesEachOnceGoesOnAndExitsTwo()
    {
        using TemporaryFolder folder = new();
        await MakeDataAsync(folder["data"]);
        byte[] png = await File.ReadAllBytesAsync(folder["data/test/good/panel-1.png"], Cancellation);
        await File.WriteAllBytesAsync(folder["data/test/good/a-truncated.png"], png.AsMemory(0, png.Length / 2), Cancellation);
        await File.WriteAllBytesAsync(folder["data/test/defect/b-unmasked.png"], png, Cancellation);
        await File.WriteAllBytesAsync(folder["data/test/masks/c-no-image.png"], png, Cancellation);
        File.Copy(folder["data/test/masks/panel-1.png"], folder["data/test/defect/d-black.png"]);
        File.Copy(folder["data/test/masks/panel-1.png"], folder["data/test/masks/d-black.png"]);

        JsonElement result = await EvaluateAsync(2, folder, model.Blind);

        Assert.Equal(4, result.GetProperty("images").GetInt32());
        string[] problems = [.. result.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()!)];
        Assert.Equal(4, problems.Length);
        foreach (string name in (string[])["a-truncated.png", "b-unmasked.png", "c-no-image.png", "d-black.png"])
        {
            Assert.Single(problems, problem => problem.Contains(name, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Evaluate_EmptyFolderOrNothingUsable_ExitsTwoWithAWord()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["data/test/good"]);
        ProgramRun empty = await RunAsync(folder, model.Blind);
        await File.WriteAllTextAsync(folder["data/test/good/text.png"], "no picture", Cancellation);
        ProgramRun unusable = await RunAsync(folder, model.Blind);

        Assert.Equal([2, 2], [empty.ExitCode, unusable.ExitCode]);
        Assert.Contains("0 images", empty.Error, StringComparison.Ordinal);
        Assert.Contains("text.png", unusable.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected fault", empty.Error + unusable.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("phot")]
    [InlineData("median")]
    public async Task Evaluate_AnotherMethod_IsNamedInEveryResultAndHasAThresholdOfItsOwn(string method)
    {
        using TemporaryFolder folder = new();
        await MakeDataAsync(folder["data"]);
        string[] source = method == "phot" ? ["--good", model.CleanPanels] : ["--model", model.Blind];

        ProgramRun run = await Service.RunAsync(
            ["evaluate", "--method", method, .. source, "--edges", "contrast", "--data", folder["data"], "--out", folder["out"]], Cancellation);

        Assert.True(run.ExitCode == 0, run.Error);
        JsonElement result = JsonDocument.Parse(await File.ReadAllTextAsync(folder["out/evaluation.json"], Cancellation)).RootElement;
        Assert.Equal(method, result.GetProperty("method").GetString());
        Assert.Equal(method == "phot" ? null : "blind", result.GetProperty("model").GetString());
        Assert.NotEqual(50, result.GetProperty("thresholdCalibrated").GetDouble());
        string title = result.GetProperty("title").GetString()!;
        Assert.Contains(title, run.Output, StringComparison.Ordinal);
        Assert.Contains($"Evaluation of {title}", await File.ReadAllTextAsync(folder["out/report.html"], Cancellation), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out.run"]));
    }

    [Theory]
    [InlineData("--method phot needs --good FOLDER", "--method", "phot")]
    [InlineData("--model does not go with --method ae-l2", "--method", "ae-l2", "--good", "any", "--model", "any")]
    [InlineData("--device does not go with --method lca", "--method", "lca", "--good", "any", "--device", "cuda")]
    [InlineData("--precision does not go with --method ae-l2", "--method", "ae-l2", "--good", "any", "--precision", "float32")]
    [InlineData("--minutes does not go with --method paper", "--method", "paper", "--minutes", "3", "--good", "any")]
    [InlineData("--target needs --good FOLDER", "--method", "median", "--target", "0.1")]
    [InlineData("--part needs --good FOLDER", "--method", "median", "--part", "x")]
    [InlineData("allowed is learned|paper|median|lca|phot|ae-l2|ae-ssim|ms-fcae", "--method", "best")]
    public async Task Evaluate_OptionsThatDoNotGoTogether_IsOneClearError(string expected, params string[] options)
    {
        ProgramRun run = await Service.RunAsync(["evaluate", "--data", "none", "--out", "none", .. options], Cancellation);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected fault", run.Error, StringComparison.Ordinal);
    }

    /// <summary>Two clean panels, and two with defects and masks.</summary>
    private async Task MakeDataAsync(string data)
    {
        string panels = Path.Combine(data, "panels");
        ProgramRun simulate = await Service.RunAsync(
            ["simulate", "--out", panels, "--panels", "2", "--seed", "9", "--width", "512", "--length", "512"], Cancellation);
        Assert.True(simulate.ExitCode == 0, simulate.Error);
        foreach (string kind in (string[])["good", "defect", "masks"])
        {
            Directory.CreateDirectory(Path.Combine(data, "test", kind));
        }

        foreach (string name in (string[])["panel-1", "panel-2"])
        {
            File.Copy(Path.Combine(model.CleanPanels, $"{name}.png"), Path.Combine(data, "test", "good", $"{name}.png"));
            File.Copy(Path.Combine(panels, $"{name}.png"), Path.Combine(data, "test", "defect", $"{name}.png"));
            File.Copy(Path.Combine(panels, $"{name}-mask.png"), Path.Combine(data, "test", "masks", $"{name}.png"));
        }
    }

    private static async Task<JsonElement> EvaluateAsync(int exitCode, TemporaryFolder folder, string bundle)
    {
        ProgramRun run = await RunAsync(folder, bundle);
        Assert.True(run.ExitCode == exitCode, $"ended with {run.ExitCode}: {run.Error}");
        return JsonDocument.Parse(await File.ReadAllTextAsync(folder["out/evaluation.json"], Cancellation)).RootElement;
    }

    private static Task<ProgramRun> RunAsync(TemporaryFolder folder, string bundle) =>
        Service.RunAsync(["evaluate", "--model", bundle, "--data", folder["data"], "--out", folder["out"]], Cancellation);

    private static async Task<JsonElement> ScoreAsync(string data, string defects)
    {
        ProgramRun run = await ProgramRun.RunAsync(
            ProgramRun.Prepare("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Scoring/score_masks.py"), data, defects]), Cancellation);
        Assert.True(run.ExitCode == 0, run.Error);
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
