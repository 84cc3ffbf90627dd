using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace MpcgLine.EndToEndTests.Commands;

public sealed class ReproduceCommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reproduce_AgainWithStagesLost_MakesThemAgainAlikeAndKeepsTheOthers()
    {
        using TemporaryFolder folder = new();
        MakeData(folder["data"]);

        ProgramRun first = await RunAsync(folder["data"], folder["tables"]);
        byte[] json = await File.ReadAllBytesAsync(folder["tables/reproduction.json"], Cancellation);

        // One bundle, both autoencoders, and every score: twice all of them would take half a minute.
        foreach (string name in (string[])["bundle-wssim-*", "baseline-ae-*", "baseline-ms-fcae-*", "score-*"])
        {
            Remove(folder["tables/stages"], name);
        }

        ProgramRun again = await RunAsync(folder["data"], folder["tables"]);

        Assert.Equal((9, 0), (CountLines(first, ": training"), CountLines(first, ": kept")));
        Assert.Equal((4, 5), (CountLines(again, ": training"), CountLines(again, ": kept")));
        Assert.Equal(12, CountLines(again, ": scoring"));
        Assert.Equal(json, await File.ReadAllBytesAsync(folder["tables/reproduction.json"], Cancellation));

        JsonElement[] tables = [.. JsonDocument.Parse(json).RootElement.GetProperty("tables").EnumerateArray()];
        Assert.Equal([4, 3, 7], tables.Select(table => table.GetProperty("rows").GetArrayLength()));
        Assert.All(
            tables.SelectMany(table => table.GetProperty("rows").EnumerateArray()),
            row => Assert.InRange(row.GetProperty("imageAuroc").GetDouble(), 0, 1));
        string markdown = await File.ReadAllTextAsync(folder["tables/reproduction.md"], Cancellation);
        Assert.Contains("| MS-FCAE (re-implementation) | 0.828 / 0.513 / 0.634 |", markdown, StringComparison.Ordinal);
        Assert.Contains("(contact-sheet.png)", markdown, StringComparison.Ordinal);
        // A row of eight pictures: the one defective image, and what seven methods made of it.
        byte[] sheet = await File.ReadAllBytesAsync(folder["tables/contact-sheet.png"], Cancellation);
        Assert.Equal((8 * 196) + 4, BinaryPrimitives.ReadInt32BigEndian(sheet.AsSpan(16)));
        Assert.Equal(196 + 4, BinaryPrimitives.ReadInt32BigEndian(sheet.AsSpan(20)));
    }

    [Fact]
    public async Task Reproduce_MapsAlone_TrainsAFusionForEachBehindOneReconstruction()
    {
        using TemporaryFolder folder = new();
        MakeData(folder["data"]);

        ProgramRun run = await RunAsync(folder["data"], folder["tables"], "--tables", "maps");

        Assert.Equal(3, CountLines(run, ": training"));
        JsonElement table = Assert.Single(JsonDocument.Parse(await File.ReadAllBytesAsync(folder["tables/reproduction.json"], Cancellation)).RootElement.GetProperty("tables").EnumerateArray());
        Assert.Equal(
            ["tile", "tile, reconstruction", "tile, reconstruction, change of the DCT feature"],
            table.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("name").GetString()));
        string[] reconstructions = [.. Directory.GetFiles(folder["tables/stages"], "reconstruction.safetensors", SearchOption.AllDirectories)];
        Assert.Equal(3, reconstructions.Length);
        Assert.Single(reconstructions.Select(path => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))).Distinct());
        Assert.False(File.Exists(folder["tables/contact-sheet.png"]));
    }

    [Fact]
    public async Task Reproduce_SomeAlone_TrainsTheseWithWhatTheyNeedAndScoresNothing()
    {
        using TemporaryFolder folder = new();
        MakeData(folder["data"]);

        ProgramRun run = await RunAsync(folder["data"], folder["tables"], "--only", "tile,ae-l2");

        Assert.Equal((3, 0), (CountLines(run, ": training"), CountLines(run, ": scoring")));
        Assert.Equal(
            ["baseline-ae-l2", "bundle-wssim", "maps-tile"],
            Directory.GetFileSystemEntries(folder["tables/stages"]).Where(path => Path.GetExtension(path) is not (".run" or ".lock"))
                .Select(path => Path.GetFileName(path)[..Path.GetFileName(path).LastIndexOf('-')]).Order(StringComparer.Ordinal));
        Assert.False(File.Exists(folder["tables/reproduction.json"]));
    }

    [Fact]
    public async Task Reproduce_TwoProcessesThatNeedTheSame_ShareIt()
    {
        using TemporaryFolder folder = new();
        MakeData(folder["data"]);

        ProgramRun[] runs = await Task.WhenAll(
            RunAsync(folder["data"], folder["tables"], "--only", "wssim"), RunAsync(folder["data"], folder["tables"], "--only", "wssim"));

        Assert.Equal(1, runs.Sum(run => CountLines(run, ": training")));
        Assert.Equal(1, runs.Sum(run => CountLines(run, ": kept")));
    }

    [Fact]
    public async Task Reproduce_NothingOfThatNameAlone_IsRefused()
    {
        ProgramRun run = await Service.RunAsync(["reproduce", "--data", "none", "--out", "none", "--only", "ssim,lca"], Cancellation);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--only has 'lca'; allowed are wssim, ssim, wmse, mse, ae-l2, ae-ssim, ms-fcae, tile, reconstruction.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reproduce_AnUnknownTable_IsRefused()
    {
        ProgramRun run = await Service.RunAsync(["reproduce", "--data", "none", "--out", "none", "--tables", "3,4"], Cancellation);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--tables has '4'; allowed are 1, 2, 3 and maps.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reproduce_PanelsOfAFolder_IsRefused()
    {
        ProgramRun run = await Service.RunAsync(["reproduce", "--data", "none", "--out", "none", "--panels", "8"], Cancellation);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--panels only with --data simulated", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reproduce_PartsOfSimulatedPanels_AreRefused()
    {
        ProgramRun run = await Service.RunAsync(["reproduce", "--data", "simulated", "--out", "none", "--part", ".*"], Cancellation);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--part does not go with --data simulated", run.Error, StringComparison.Ordinal);
    }

    private static int CountLines(ProgramRun run, string end) =>
        run.Output.Split('\n').Count(line => line.EndsWith(end, StringComparison.Ordinal));

    private static void Remove(string folder, string name)
    {
        foreach (string path in Directory.GetFileSystemEntries(folder, name))
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }
        }
    }

    private static async Task<ProgramRun> RunAsync(string data, string folder, params string[] more)
    {
        ProgramRun run = await Service.RunAsync(
            ["reproduce", "--data", data, "--out", folder, "--steps", "1", "--seed", "3", "--network-width", "0.125", .. more], Cancellation);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    /// <summary>Images so small that each is one tile, most of it reflection.</summary>
    private static void MakeData(string data)
    {
        for (int i = 0; i < 16; i++)
        {
            Write(data, $"train/good/{i}.bmp", i, 0, isMask: false);
        }

        Write(data, "test/good/0.bmp", 20, 0, isMask: false);
        Write(data, "test/defect/0.bmp", 21, 8, isMask: false);
        Write(data, "test/masks/0.bmp", 21, 8, isMask: true);
    }

    /// <summary>An uncompressed 24-bit picture of 64 x 64 px: noise and a bright square, or the square alone.</summary>
    private static void Write(string data, string name, int seed, int square, bool isMask)
    {
        const int edge = 64, header = 54;
        Random random = new(seed);
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes);
        writer.Write("BM"u8);
        foreach (int value in (int[])[header + (edge * edge * 3), 0, header, 40, edge, edge, 1 | (24 << 16), 0, edge * edge * 3, 2835, 2835, 0, 0])
        {
            writer.Write(value);
        }

        for (int i = 0; i < edge * edge; i++)
        {
            bool isInside = i % edge >= 28 && i % edge < 28 + square && i / edge >= 28 && i / edge < 28 + square;
            byte level = (byte)(isMask ? (isInside ? 255 : 0) : 100 + random.Next(30) + (isInside ? 90 : 0));
            writer.Write([level, level, level]);
        }

        string path = Path.Combine(data, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes.ToArray());
    }
}
