using System.Text.Json;
using System.Text.Json.Nodes;

namespace MpcgLine.EndToEndTests.Scoring;

/// <summary>The figures of the demonstration against <c>score.py</c>, which knows files and the words of the rule alone.</summary>
public sealed class IndependentScoreTests(TinyModel tiny)
{
    private const string Script = "Scoring/score.py";

    private static readonly string ShippedModel = Path.Combine(
        Path.GetDirectoryName(Service.AppHost)!, "configs", "models", "simulated-glass");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Demo_ModelThatSuspectsEverything_CountsAgreeWithTheScript()
    {
        JsonElement learned = await CompareAsync(tiny.Nervous, side: "640");

        Assert.True(learned.GetProperty("detections").GetInt32() > 0, "nothing was detected: nothing is compared");
    }

    [Fact]
    public async Task Demo_ShippedModel_CountsAgreeWithTheScript()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(ShippedModel, "manifest.json")), $"no shipped model: {ShippedModel} has no manifest.json");

        JsonElement learned = await CompareAsync(ShippedModel, side: "1024");

        Assert.True(learned.GetProperty("found").GetInt32() > 0, "nothing was found: nothing is compared");
    }

    /// <summary>
    /// Three commands see one line of three panels, one of them clean. The script counts the detections of the
    /// demonstration's live line, and those of <c>inspect</c>; both have to be the program's own counts.
    /// </summary>
    private static async Task<JsonElement> CompareAsync(string model, string side)
    {
        using TemporaryFolder folder = new();
        string[] line = ["--panels", "3", "--seed", "31", "--width", side, "--length", side];
        await RunAsync([0], ["simulate", "--out", "panels", "--clean", "1", .. line], folder.Path);
        await RunAsync([0], ["demo", "--out", "demo", "--model", model, .. line], folder.Path);
        JsonNode truth = JsonNode.Parse(await File.ReadAllTextAsync(folder["panels/panel-1.json"], Cancellation))!;
        string radius = truth["cornerRadius"]!.ToJsonString();
        foreach (string fusion in (string[])["learned", "paper"])
        {
            await RunAsync(
                [0, 1],
                ["inspect", "panels", "--edges", "contrast", "--corner-radius", radius, "--fusion", fusion, "--model", model, "--out", fusion],
                folder.Path);
        }

        await ListLiveDefectsAsync(folder["demo/verdicts.jsonl"], folder["learned/defects.jsonl"], folder["live.jsonl"]);
        JsonElement summary = JsonDocument.Parse(await File.ReadAllTextAsync(folder["demo/summary.json"], Cancellation)).RootElement;
        JsonElement live = await ScoreAsync("live.jsonl", folder.Path);
        JsonElement paper = await ScoreAsync("paper/defects.jsonl", folder.Path);

        TestContext.Current.TestOutputHelper!.WriteLine($"learned {live}");
        TestContext.Current.TestOutputHelper!.WriteLine($"paper   {paper}");
        Assert.True(live.GetProperty("rendered").GetInt32() >= 6, "next to nothing was rendered: nothing is compared");
        AssertSame(live, summary, "panels", "clean", "rendered", "found", "falseRegions", "recall", "precision");
        AssertSame(paper, summary.GetProperty("paper"), "found", "falseRegions", "recall", "precision", "cleanRejected");
        return live;
    }

    /// <summary>
    /// Writes the live line's defects as <c>inspect</c> lists them, and shows that panel by panel they are what
    /// <c>inspect</c> found in the files; a panel that a busy machine did not inspect in time has none.
    /// </summary>
    private static async Task ListLiveDefectsAsync(string verdictsPath, string inspectedPath, string livePath)
    {
        ILookup<string, JsonNode> inspected = (await File.ReadAllLinesAsync(inspectedPath, Cancellation))
            .Select(text => JsonNode.Parse(text)!).ToLookup(defect => Path.GetFileName(defect["image"]!.GetValue<string>()));
        List<string> live = [];
        foreach (JsonNode verdict in (await File.ReadAllLinesAsync(verdictsPath, Cancellation)).Select(text => JsonNode.Parse(text)!))
        {
            string image = $"panel-{verdict["panel"]}.png";
            string[] Lines(IEnumerable<JsonNode?> defects) => [.. defects.Select(defect => $"{defect!["box"]!.ToJsonString()} {defect["area"]} {defect["score"]}")];
            JsonArray defects = verdict["defects"]!.AsArray();
            if (verdict["verdict"]!.GetValue<string>() != "notInspected")
            {
                Assert.Equal(Lines(inspected[image]), Lines(defects));
            }

            foreach (JsonNode? defect in defects)
            {
                defect!["image"] = image;
                live.Add(defect.ToJsonString());
            }
        }

        await File.WriteAllLinesAsync(livePath, live, Cancellation);
    }

    private static async Task<JsonElement> ScoreAsync(string defects, string folder)
    {
        ProgramRun run = await ProgramRun.RunAsync(
            ProgramRun.Prepare("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, Script), "panels", defects], folder), Cancellation);
        Assert.True(run.ExitCode == 0, run.Error);
        return JsonDocument.Parse(run.Output).RootElement;
    }

    private static async Task RunAsync(int[] allowed, string[] arguments, string folder)
    {
        ProgramRun run = await Service.RunAsync(arguments, Cancellation, folder);
        Assert.True(allowed.Contains(run.ExitCode), $"{string.Join(' ', arguments)} ended with {run.ExitCode}: {run.Error}");
    }

    private static void AssertSame(JsonElement script, JsonElement program, params string[] names)
    {
        foreach (string name in names)
        {
            double? Value(JsonElement from) => from.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;
            Assert.True(Value(script) == Value(program), $"{name}: the script says {script.GetProperty(name)}, the program {program.GetProperty(name)}");
        }
    }
}
