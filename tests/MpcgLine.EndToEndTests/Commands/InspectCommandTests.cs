using System.Buffers.Binary;
using System.Text.Json;

namespace MpcgLine.EndToEndTests.Commands;

public sealed class InspectCommandTests(TinyModel model)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Inspect_NothingFound_ExitsZeroAndWritesAnOverlayEach()
    {
        using TemporaryFolder folder = new();

        ProgramRun run = await Service.RunAsync(["inspect", model.CleanPanels, "--model", model.Blind, "--out", folder["out"]], Cancellation);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("4 images: 4 clean", run.Output, StringComparison.Ordinal);
        Assert.Equal(4, Directory.GetFiles(folder["out"], "*.png").Length);
        Assert.Empty(await File.ReadAllTextAsync(Path.Combine(folder["out"], "defects.jsonl"), Cancellation));
    }

    [Fact]
    public async Task Inspect_DefectsFound_ExitsOneAndListsBoxesInsideTheImage()
    {
        using TemporaryFolder folder = new();
        string image = Path.Combine(model.CleanPanels, "panel-1.png");

        ProgramRun run = await Service.RunAsync(["inspect", image, "--model", model.Nervous, "--out", folder["out"]], Cancellation);

        Assert.Equal(1, run.ExitCode);
        string[] lines = await File.ReadAllLinesAsync(Path.Combine(folder["out"], "defects.jsonl"), Cancellation);
        Assert.NotEmpty(lines);
        foreach (JsonElement defect in lines.Select(line => JsonDocument.Parse(line).RootElement))
        {
            Assert.Equal(image, defect.GetProperty("image").GetString());
            int[] box = [.. defect.GetProperty("box").EnumerateArray().Select(value => value.GetInt32())];
            Assert.True(box[0] >= 0 && box[1] >= 0 && box[0] + box[2] <= TinyModel.PanelEdge && box[1] + box[3] <= TinyModel.PanelEdge, $"box {string.Join(',', box)}");
            Assert.InRange(defect.GetProperty("area").GetInt32(), 6, box[2] * box[3]);
            Assert.Contains(defect.GetProperty("polarity").GetString(), (string[])["dark", "bright"]);
            Assert.Contains(defect.GetProperty("class").GetString(), (string[])["dot", "strip"]);
        }
    }

    [Fact]
    public async Task Inspect_DeviceThatIsNotThere_SaysWhatIsMissing()
    {
        ProgramRun run = await Service.RunAsync(["inspect", model.CleanPanels, "--model", model.Blind, "--device", "cuda"], Cancellation);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Device Cuda was asked for, but libtorch finds none", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_SinglePrecision_FindsWhatProductionFinds()
    {
        using TemporaryFolder folder = new();
        string image = Path.Combine(model.CleanPanels, "panel-1.png");
        string[] inspect = ["inspect", image, "--model", model.Nervous];

        ProgramRun usual = await Service.RunAsync([.. inspect, "--out", folder["usual"]], Cancellation);
        ProgramRun single = await Service.RunAsync([.. inspect, "--precision", "float32", "--out", folder["single"]], Cancellation);

        Assert.Equal((1, 1), (usual.ExitCode, single.ExitCode));
        double Area(string name) => File.ReadLines(folder[$"{name}/defects.jsonl"])
            .Sum(line => JsonDocument.Parse(line).RootElement.GetProperty("area").GetDouble());
        Assert.InRange(Area("single") / Area("usual"), 0.9, 1.1);

        // Scores differ in their last digits where production's arithmetic is another.
        bool isAnother = File.ReadLines("/proc/cpuinfo").Any(line => line.Contains("amx_bf16", StringComparison.Ordinal) || line.Contains("avx512_bf16", StringComparison.Ordinal));
        string Defects(string name) => File.ReadAllText(folder[$"{name}/defects.jsonl"]);
        Assert.Equal(isAnother, Defects("single") != Defects("usual"));
    }

    [Fact]
    public async Task Inspect_BadImagesAmongGoodOnes_NamesEachOnceGoesOnAndExitsTwo()
    {
        using TemporaryFolder folder = new();
        string good = Path.Combine(model.CleanPanels, "panel-1.png");
        byte[] png = await File.ReadAllBytesAsync(good, Cancellation);
        Directory.CreateDirectory(folder["in"]);
        await File.WriteAllBytesAsync(folder["in/a-truncated.png"], png.AsMemory(0, png.Length / 2), Cancellation);
        await File.WriteAllTextAsync(folder["in/b-text.png"], "no picture", Cancellation);
        await File.WriteAllBytesAsync(folder["in/c-huge.png"], WithSize(png, 40_000, 40_000), Cancellation);
        await File.WriteAllBytesAsync(folder["in/d-one.bmp"], OnePixelBmp(), Cancellation);
        File.Copy(good, folder["in/e-good.png"]);

        ProgramRun run = await Service.RunAsync(["inspect", folder["in"], "no-such-file.png", "--model", model.Nervous], Cancellation);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("6 images: 0 clean, 1 with", run.Output, StringComparison.Ordinal);
        string[] errors = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Collection(
            errors,
            e => Assert.Contains("a-truncated.png", e, StringComparison.Ordinal),
            e => Assert.Contains("b-text.png", e, StringComparison.Ordinal),
            e => Assert.Contains("c-huge.png", e, StringComparison.Ordinal),
            e => Assert.Contains("d-one.bmp", e, StringComparison.Ordinal),
            e => Assert.Contains("no-such-file.png", e, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("inspect")]
    [InlineData("inspect", "x.png", "--fusion", "median")]
    [InlineData("inspect", "x.png", "--inside", "-1")]
    [InlineData("inspect", "x.png", "--no-such-option")]
    [InlineData("inspect", "x.png", "--device", "tpu")]
    [InlineData("inspect", "x.png", "--precision", "int4")]
    [InlineData("inspect", "x.png", "--model", "/no/such/bundle")]
    [InlineData("no-such-command")]
    [InlineData()]
    public async Task Inspect_UsageErrorOrNoModel_ExitsTwoWithAWord(params string[] arguments)
    {
        ProgramRun run = await Service.RunAsync(arguments, Cancellation);

        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.Error);
        Assert.DoesNotContain("unexpected fault", run.Error, StringComparison.Ordinal);
    }

    // The header states another size; its check sum is left wrong, for a size is refused before it is looked at.
    private static byte[] WithSize(byte[] png, uint width, uint height)
    {
        byte[] changed = [.. png];
        BinaryPrimitives.WriteUInt32BigEndian(changed.AsSpan(16), width);
        BinaryPrimitives.WriteUInt32BigEndian(changed.AsSpan(20), height);
        return changed;
    }

    private static byte[] OnePixelBmp()
    {
        byte[] bmp = new byte[58];
        "BM"u8.CopyTo(bmp);
        BinaryPrimitives.WriteUInt32LittleEndian(bmp.AsSpan(2), 58); // file size
        BinaryPrimitives.WriteUInt32LittleEndian(bmp.AsSpan(10), 54); // offset of the pixels
        BinaryPrimitives.WriteUInt32LittleEndian(bmp.AsSpan(14), 40); // size of the second header
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), 1); // width
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), 1); // height
        BinaryPrimitives.WriteUInt16LittleEndian(bmp.AsSpan(26), 1); // planes
        BinaryPrimitives.WriteUInt16LittleEndian(bmp.AsSpan(28), 24); // bits per pixel
        return bmp;
    }
}
