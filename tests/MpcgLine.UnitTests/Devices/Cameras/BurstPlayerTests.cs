using MpcgLine.Devices.Cameras.Bursts;
using MpcgLine.Inspection.Acquisition;

namespace MpcgLine.UnitTests.Devices.Cameras;

public sealed class BurstPlayerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly SteppingTime _time = new();
    private readonly List<BurstStart> _bursts = [];
    private readonly Strip _slot = new(4, 100);
    private BurstPlayer? _player;

    public void Dispose() => _player?.Dispose();

    [Fact]
    public void Grab_Unpaced_GivesEveryLineOnceInOrder()
    {
        BurstPlayer player = Player(new BurstOptions { LinesPerStrip = 100, GapLines = 50, EncoderCountsPerLine = 2, FirstEncoder = new(7) }, 250, 60);

        StripStamp[] stamps = [.. Drain(player)];

        Assert.Equal([0, 1, 2, 3], stamps.Select(s => s.FrameId));
        Assert.Equal([1, 1, 1, 2], stamps.Select(s => s.Burst));
        Assert.Equal([0, 100, 200, 0], stamps.Select(s => s.FirstLine.Value));
        Assert.Equal([100, 100, 50, 60], stamps.Select(s => s.LineCount));
        Assert.Equal([250, 250, 250, 60], stamps.Select(s => s.BurstLineCount));
        Assert.Equal([7u, 207u, 407u, 607u], stamps.Select(s => s.Encoder.Value));
        Assert.All(stamps, s => Assert.Equal(StripStatus.Complete, s.Status));
        Assert.Equal([(1L, 7u, 250), (2L, 607u, 60)], _bursts.Select(b => (b.Burst, b.LeadingEdge.Value, b.LineCount)));
    }

    [Fact]
    public void Grab_Unpaced_CopiesTheLines()
    {
        BurstPlayer player = Player(new BurstOptions { LinesPerStrip = 100 }, 250);
        Grab(player);
        Grab(player);

        Assert.Equal(GrabOutcome.Filled, Grab(player));
        Assert.Equal(200, _slot.Line(0)[0]);
        Assert.Equal(249, _slot.Line(49)[3]);
    }

    [Fact]
    public void Grab_MissingStrip_SkipsItsNumber()
    {
        BurstPlayer player = Player(
            new BurstOptions { LinesPerStrip = 100, Faults = [new BurstFault(1, 1, BurstFaultKind.Missing)] },
            250);

        StripStamp[] stamps = [.. Drain(player)];

        Assert.Equal([0, 2], stamps.Select(s => s.FrameId));
        Assert.Equal([0, 200], stamps.Select(s => s.FirstLine.Value));
    }

    [Fact]
    public void Grab_TornStrip_IsDeliveredTorn()
    {
        BurstPlayer player = Player(
            new BurstOptions { LinesPerStrip = 100, Faults = [new BurstFault(2, 0, BurstFaultKind.Torn)] },
            100,
            100);

        Assert.Equal([StripStatus.Complete, StripStatus.Torn], Drain(player).Select(s => s.Status));
    }

    [Fact]
    public void Grab_UnreadablePanel_IsAnnouncedAndTornWhole()
    {
        _player = new BurstPlayer(new Panels([(250, false)]), new BurstOptions { LinesPerStrip = 100 }, _time, _bursts.Add);
        _player.Start();

        StripStamp[] stamps = [.. Drain(_player)];

        Assert.Equal(3, stamps.Length);
        Assert.All(stamps, s => Assert.Equal(StripStatus.Torn, s.Status));
        Assert.Single(_bursts);
    }

    [Fact]
    public void Grab_Paced_WaitsForTheLastLineAndStampsItsTime()
    {
        // 1000 lines a second: the last line of the first strip is exposed 99 ms after the first one.
        BurstPlayer player = Player(new BurstOptions { LinesPerStrip = 100, LinesPerSecond = 1000, GapLines = 100 }, 200, 100);
        var delivered = new List<(double Exposed, double Now, int Bursts)>();

        foreach (StripStamp stamp in Drain(player))
        {
            delivered.Add((Milliseconds(stamp.ExposedAt), Milliseconds(_time.GetTimestamp()), _bursts.Count));
        }

        // The second burst begins 100 lines after the first one ended, at line 300.
        Assert.Equal([(99, 99, 1), (199, 199, 1), (399, 399, 2)], delivered);
    }

    [Fact]
    public void Grab_PacedAndNotDue_IsIdleAfterTheTimeoutAndLosesNothing()
    {
        BurstPlayer player = Player(new BurstOptions { LinesPerStrip = 100, LinesPerSecond = 1000 }, 100);

        GrabOutcome early = player.Grab(_slot, TimeSpan.FromMilliseconds(10), Token);
        double after = Milliseconds(_time.GetTimestamp());

        Assert.Equal((GrabOutcome.Idle, 10), (early, after));
        Assert.Equal(GrabOutcome.Filled, Grab(player));
        Assert.Equal(99, Milliseconds(_slot.Stamp.ExposedAt));
        Assert.Equal(GrabOutcome.Ended, Grab(player));
    }

    [Fact]
    public void Grab_PanelReadyTooLate_HoldsTheBelt()
    {
        _player = new BurstPlayer(
            new Panels([(100, true), (100, true)]) { BeforeNext = () => _time.Advance(TimeSpan.FromMilliseconds(300)) },
            new BurstOptions { LinesPerStrip = 100, LinesPerSecond = 1000, GapLines = 50 },
            _time,
            _bursts.Add);
        _player.Start();

        // Each panel takes 300 ms to make ready: the second one is 150 ms late, and its lines are timed from then on.
        Assert.Equal([399, 798], Drain(_player).Select(s => Milliseconds(s.ExposedAt)));
    }

    [Fact]
    public void Grab_Cancelled_IsIdleAtOnce()
    {
        BurstPlayer player = Player(new BurstOptions { LinesPerStrip = 100, LinesPerSecond = 1 }, 100);

        Assert.Equal(GrabOutcome.Idle, player.Grab(_slot, Patience, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Problems_EveryBadValue_IsNamed() =>
        Assert.Equal(
            4,
            new BurstOptions { LinesPerStrip = 0, LinesPerSecond = -1, GapLines = -1, EncoderCountsPerLine = 0 }.Problems().Count);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private double Milliseconds(long timestamp) => Math.Round(_time.GetElapsedTime(0, timestamp).TotalMilliseconds, 3);

    private BurstPlayer Player(BurstOptions options, params int[] lengths)
    {
        _player = new BurstPlayer(new Panels([.. lengths.Select(l => (l, true))]), options, _time, _bursts.Add);
        _player.Start();
        return _player;
    }

    private GrabOutcome Grab(BurstPlayer player) => player.Grab(_slot, Patience, Token);

    private IEnumerable<StripStamp> Drain(BurstPlayer player)
    {
        while (Grab(player) == GrabOutcome.Filled)
        {
            yield return _slot.Stamp;
        }
    }

    private sealed class Panels((int Lines, bool Readable)[] panels) : IBurstSource
    {
        private int _next;

        public int Width => 4;

        public Action BeforeNext { get; init; } = () => { };

        public bool TryNext(out BurstPanel panel)
        {
            BeforeNext();
            bool more = _next < panels.Length;
            panel = more ? new BurstPanel(panels[_next].Lines, panels[_next].Readable, $"panel {_next}") : default;
            _next++;
            return more;
        }

        public void ReadLines(int firstLine, int lineCount, Span<byte> destination)
        {
            for (int line = 0; line < lineCount; line++)
            {
                destination.Slice(line * 4, 4).Fill((byte)(firstLine + line));
            }
        }

        public void Dispose()
        {
        }
    }
}
