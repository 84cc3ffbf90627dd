using Microsoft.Extensions.Logging.Abstractions;
using MpcgLine.Devices.Cameras.Bursts;
using MpcgLine.Devices.Cameras.Replay;
using MpcgLine.Imaging;
using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Primitives;

namespace MpcgLine.ComponentTests.Devices.Cameras;

public sealed class ReplayCameraTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mpcgline-replay-").FullName;
    private readonly List<BurstStart> _bursts = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Images_InNameOrder_AreBurstsWithTheirPixels()
    {
        GrayImage second = WriteImage("b.png", 50, 30, 2);
        GrayImage first = WriteImage("a.png", 50, 70, 1);
        WriteImage("a-mask.png", 50, 70, 3);
        File.WriteAllText(At("notes.txt"), "no image");
        using ReplayCamera camera = Open(Options() with { Bursts = new BurstOptions { LinesPerStrip = 32 } });

        List<byte[]> panels = Play(camera, out List<StripStamp> stamps);

        Assert.Equal((50, 32, false, true), (camera.Description.Width, camera.Description.LinesPerStrip, camera.Description.IsReal, camera.Description.WaitsForRoom));
        Assert.Equal([first.Pixels, second.Pixels], panels);
        Assert.Equal([At("a.png"), At("b.png")], _bursts.Select(b => b.Source));
        Assert.All(stamps, s => Assert.Equal(StripStatus.Complete, s.Status));
    }

    [Fact]
    public void Images_OfSeveralFolders_AreMergedByFileName()
    {
        Directory.CreateDirectory(At("good"));
        Directory.CreateDirectory(At("bad"));
        WriteImage("good/1.png", 40, 33, 1);
        WriteImage("bad/2.png", 40, 33, 2);
        WriteImage("good/3.png", 40, 33, 3);
        using ReplayCamera camera = Open(Options() with { Sources = [At("bad"), At("good")] });

        Play(camera, out _);

        Assert.Equal(["1.png", "2.png", "3.png"], _bursts.Select(b => Path.GetFileName(b.Source)));
    }

    [Fact]
    public void Repeat_PlaysTheImagesAgain()
    {
        GrayImage image = WriteImage("a.png", 40, 33, 1);
        using ReplayCamera camera = Open(Options() with { Repeat = 3 });

        Assert.Equal([image.Pixels, image.Pixels, image.Pixels], Play(camera, out _));
    }

    [Fact]
    public void CorruptImages_AreAnnouncedTornAndTheOthersGoOn()
    {
        WriteImage("a.png", 40, 33, 1);
        WriteImage("b.png", 40, 600, 2);
        File.WriteAllBytes(At("b.png"), File.ReadAllBytes(At("b.png"))[..^200]);
        File.WriteAllText(At("c.png"), "text");
        GrayImage last = WriteImage("d.png", 40, 35, 4);
        using ReplayCamera camera = Open(Options());

        List<byte[]> panels = Play(camera, out List<StripStamp> stamps);

        Assert.Equal(4, _bursts.Count);
        Assert.Equal(2, camera.UnreadablePanels);
        Assert.Equal([1, 4], stamps.Where(s => s.Status == StripStatus.Complete).Select(s => (int)s.Burst).Distinct());
        Assert.Equal([2, 3], stamps.Where(s => s.Status == StripStatus.Torn).Select(s => (int)s.Burst).Distinct());
        Assert.Equal(last.Pixels, panels[3]);
    }

    [Fact]
    public void CorruptImage_PolicyFail_NamesTheFile()
    {
        WriteImage("a.png", 40, 33, 1);
        File.WriteAllText(At("c.png"), "text");

        var error = Assert.Throws<CameraException>(() => Open(Options() with { CorruptImages = CorruptImagePolicy.Fail }));

        Assert.Contains("c.png: not a PNG, JPEG, BMP or TIFF image", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_OfTwoWidths_NameBothFiles()
    {
        WriteImage("a.png", 40, 33, 1);
        WriteImage("b.png", 41, 33, 1);

        var error = Assert.Throws<CameraException>(() => Open(Options()));

        Assert.Contains("b.png is 41 px wide", error.Message, StringComparison.Ordinal);
        Assert.Contains("a.png is 40", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EmptyFolder_IsAnError() =>
        Assert.Contains(_folder, Assert.Throws<CameraException>(() => Open(Options())).Message, StringComparison.Ordinal);

    [Fact]
    public void Problems_MissingSource_IsNamed() =>
        Assert.Contains(
            "names '/nowhere', which does not exist",
            Assert.Single(new ReplayCameraOptions { Sources = ["/nowhere"] }.Problems()),
            StringComparison.Ordinal);

    [Fact]
    public void RecordedRun_PlaysTheSameStripsAndStamps()
    {
        List<(StripStamp Stamp, byte[] Pixels)> recorded = Record();
        using ReplayCamera camera = Open(Options() with { Sources = [At("run.strips")] });

        List<(StripStamp Stamp, byte[] Pixels)> played = Strips(camera);

        Assert.Equal(recorded.Select(s => s.Stamp with { ExposedAt = 0 }), played.Select(s => s.Stamp with { ExposedAt = 0 }));
        Assert.Equal(recorded.Select(s => s.Pixels), played.Select(s => s.Pixels));
        Assert.Equal([1L, 2L], _bursts.Select(b => b.Burst));
    }

    [Fact]
    public void RecordedRun_FlippedPixel_IsATornStrip()
    {
        Record();
        Flip(StripFile.HeadSize + StripFile.StampSize + 5);
        using ReplayCamera camera = Open(Options() with { Sources = [At("run.strips")] });

        Assert.Equal(
            [StripStatus.Torn, StripStatus.Complete, StripStatus.Torn],
            Strips(camera).Select(s => s.Stamp.Status));
    }

    [Fact]
    public void RecordedRun_AnyFlippedByte_IsNeverPlayedAsWhole()
    {
        int strips = Record(isLastTorn: false).Count;
        byte[] whole = File.ReadAllBytes(At("run.strips"));
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] flipped = [.. whole];
            flipped[at] ^= 0x10;
            File.WriteAllBytes(At("run.strips"), flipped);

            Assert.True(FailsOrIsTorn(strips), $"byte {at} went unnoticed");
        }
    }

    [Fact]
    public void RecordedRun_CutAnywhere_IsAnError()
    {
        Record();
        byte[] whole = File.ReadAllBytes(At("run.strips"));
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(At("run.strips"), whole[..length]);

            Assert.Throws<CameraException>(() =>
            {
                using ReplayCamera camera = Open(Options() with { Sources = [At("run.strips")] });
                Strips(camera);
            });
        }
    }

    private bool FailsOrIsTorn(int wholeStrips)
    {
        try
        {
            using ReplayCamera camera = Open(Options() with { Sources = [At("run.strips")] });
            return Strips(camera).Count(s => s.Stamp.Status == StripStatus.Complete) < wholeStrips;
        }
        catch (CameraException)
        {
            return true;
        }
    }

    // Two bursts, three strips, the last one possibly torn already when it was recorded.
    private List<(StripStamp Stamp, byte[] Pixels)> Record(bool isLastTorn = true)
    {
        using var recorder = new StripRecorder(At("run.strips"), 10, 4, TimeProvider.System);
        var strips = new List<(StripStamp, byte[])>();
        var random = new Random(3);
        for (int i = 0; i < 3; i++)
        {
            var strip = new Strip(10, 4);
            random.NextBytes(strip.Pixels);
            int lines = i == 1 ? 2 : 4;
            strip.Stamp = new StripStamp(
                10 + (2 * i),
                i < 2 ? 1 : 2,
                new LineIndex(i < 2 ? 4 * i : 0),
                lines,
                6,
                new EncoderCount(uint.MaxValue - 3).Advance(4 * i),
                1_000_000 * i,
                i == 2 && isLastTorn ? StripStatus.Torn : StripStatus.Complete);
            recorder.Write(strip);
            strips.Add((strip.Stamp, strip.Pixels[..(lines * 10)].ToArray()));
        }

        return strips;
    }

    private void Flip(int at)
    {
        byte[] bytes = File.ReadAllBytes(At("run.strips"));
        bytes[at] ^= 1;
        File.WriteAllBytes(At("run.strips"), bytes);
    }

    private ReplayCamera Open(ReplayCameraOptions options)
    {
        var camera = new ReplayCamera(options, TimeProvider.System, NullLogger<ReplayCamera>.Instance, _bursts.Add);
        camera.Start();
        return camera;
    }

    private ReplayCameraOptions Options() => new() { Sources = [_folder] };

    private static List<byte[]> Play(ReplayCamera camera, out List<StripStamp> stamps)
    {
        List<(StripStamp Stamp, byte[] Pixels)> strips = Strips(camera);
        stamps = [.. strips.Select(s => s.Stamp)];
        return [.. strips.GroupBy(s => s.Stamp.Burst).Select(g => g.SelectMany(s => s.Pixels).ToArray())];
    }

    private static List<(StripStamp Stamp, byte[] Pixels)> Strips(ReplayCamera camera)
    {
        var slot = new Strip(camera.Description.Width, camera.Description.LinesPerStrip);
        var strips = new List<(StripStamp, byte[])>();
        while (camera.Grab(slot, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken) == GrabOutcome.Filled)
        {
            strips.Add((slot.Stamp, slot.Pixels[..(slot.Stamp.LineCount * slot.Width)].ToArray()));
        }

        return strips;
    }

    private GrayImage WriteImage(string name, int width, int height, int seed)
    {
        var image = new GrayImage(width, height);
        new Random(seed).NextBytes(image.Pixels);
        GrayImageFile.WritePng(At(name), image);
        return image;
    }

    private string At(string name) => Path.Combine(_folder, name);
}
