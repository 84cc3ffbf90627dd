using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

[assembly: AssemblyFixture(typeof(MpcgLine.EndToEndTests.TinyModel))]

// Every test starts programs that take the whole machine; side by side they would miss their deadlines.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace MpcgLine.EndToEndTests;

/// <summary>
/// A bundle that took two steps of training: it sees nothing, but is whole, and loads in a moment. Made once, by the
/// program under test.
/// </summary>
public sealed class TinyModel : IAsyncLifetime
{
    /// <summary>Edge of the clean panels, px: four tiles show some of the part, as few as thresholds can be set by.</summary>
    public const int PanelEdge = 640;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly TemporaryFolder _folder = new();

    /// <summary>Calls nothing a defect.</summary>
    public string Blind => _folder["blind"];

    /// <summary>Calls everything a defect.</summary>
    public string Nervous => _folder["nervous"];

    /// <summary>Clean simulated panels of <see cref="PanelEdge"/>.</summary>
    public string CleanPanels => _folder["clean"];

    public async ValueTask InitializeAsync()
    {
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(5));
        await RunAsync(["simulate", "--out", CleanPanels, "--panels", "4", "--clean", "--width", $"{PanelEdge}", "--length", $"{PanelEdge}"], limit.Token);
        await RunAsync(
            ["train", "--good", CleanPanels, "--out", Blind, "--steps", "2", "--network-width", "0.125", "--edges", "contrast"], limit.Token);
        CopyWithThreshold(Blind, Nervous, -50);
        SetThreshold(Blind, 50);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task RunAsync(string[] arguments, CancellationToken cancellation)
    {
        ProgramRun run = await Service.RunAsync(arguments, cancellation);
        Assert.True(run.ExitCode == 0, $"{string.Join(' ', arguments)} ended with {run.ExitCode}: {run.Error}");
    }

    private static void CopyWithThreshold(string from, string to, double threshold)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        SetThreshold(to, threshold);
    }

    private static void SetThreshold(string bundle, double threshold)
    {
        string path = Path.Combine(bundle, "manifest.json");
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(path))!;
        JsonNode calibration = manifest["calibration"]!;
        calibration["threshold"] = threshold;

        // The program hashes the calibration in the form it writes it in.
        byte[] form = Encoding.UTF8.GetBytes(calibration.ToJsonString(Indented));
        manifest["sha256"]!["calibration"] = Convert.ToHexStringLower(SHA256.HashData(form));
        File.WriteAllText(path, manifest.ToJsonString());
    }
}
