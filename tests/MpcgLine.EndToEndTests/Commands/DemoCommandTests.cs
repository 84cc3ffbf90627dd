using System.Text.Json;

namespace MpcgLine.EndToEndTests.Commands;

public sealed class DemoCommandTests(TinyModel model)
{
    [Fact]
    public async Task Demo_FewSmallPanels_EveryVerdictReachesThePlcAndTheSummaryHasItsFields()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using TemporaryFolder folder = new();

        ProgramRun run = await Service.RunAsync(
            ["demo", "--model", model.Blind, "--panels", "3", "--width", "512", "--length", "640", "--out", folder["demo"]], cancellation);

        Assert.True(run.ExitCode == 0, run.Error + run.Output);
        JsonElement summary = JsonDocument.Parse(await File.ReadAllTextAsync(folder["demo/summary.json"], cancellation)).RootElement;
        Assert.Equal(3, summary.GetProperty("panels").GetInt32());
        Assert.Equal(1, summary.GetProperty("clean").GetInt32());
        Assert.Equal(0, summary.GetProperty("plcMismatches").GetInt32());
        Assert.Equal(0, summary.GetProperty("falseRegions").GetInt32());
        Assert.Equal(0, summary.GetProperty("found").GetInt32());
        Assert.True(summary.GetProperty("rendered").GetInt32() >= 6);
        foreach (string name in (string[])["recall", "precision", "cleanRejected", "recallByContrast", "recallBySurface", "paper"])
        {
            Assert.True(summary.TryGetProperty(name, out _), name);
        }

        JsonElement times = summary.GetProperty("verdictMs");
        Assert.InRange(times.GetProperty("p50").GetDouble(), 0, times.GetProperty("max").GetDouble());
        Assert.Equal(3, Directory.GetFiles(folder["demo/overlays"], "*.png").Length);
        string[] log = await File.ReadAllLinesAsync(Directory.GetFiles(folder["demo/log"]).Single(), cancellation);
        Assert.Equal(3, log.Count(line => JsonDocument.Parse(line).RootElement.GetProperty("EventId").GetProperty("Id").GetInt32() == 1010));
    }
}
