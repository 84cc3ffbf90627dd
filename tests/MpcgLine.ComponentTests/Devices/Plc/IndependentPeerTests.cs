using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using MpcgLine.Devices.Plc;
using MpcgLine.Devices.Plc.Simulated;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Rejection;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.ComponentTests.Devices.Plc;

/// <summary>
/// The same wire, other people's code: mbpoll (libmodbus) asks the simulated PLC, and pymodbus serves a PLC program
/// that knows nothing of ours.
/// </summary>
public sealed class IndependentPeerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mbpoll_WritesAndReadsTheSimulatedPlc()
    {
        using var plc = new SimulatedPlc(new SimulatedPlcOptions(), TimeProvider.System);
        plc.Start();
        plc.PartArrived(new EncoderCount(0x12345678));

        (int written, _) = await MbpollAsync(plc.Port, "-r", "16", "-t", "4", "127.0.0.1", "1", "23205", "65535");
        (int read, string words) = await MbpollAsync(plc.Port, "-r", "16", "-c", "3", "-t", "4:hex", "-1", "127.0.0.1");
        (int part, string encoder) = await MbpollAsync(plc.Port, "-r", "227", "-c", "1", "-t", "4:int", "-B", "-1", "127.0.0.1");
        (int beyond, string error) = await MbpollAsync(plc.Port, "-r", "2000", "-c", "1", "-t", "4", "-1", "127.0.0.1");
        (int forbidden, _) = await MbpollAsync(plc.Port, "-r", "200", "-t", "4", "127.0.0.1", "1", "1");

        Assert.Equal((0, 0, 0, 1, 1), (written, read, part, beyond, forbidden));
        Assert.Matches(@"\[16\]:\s+0x0001\s+\[17\]:\s+0x5AA5\s+\[18\]:\s+0xFFFF", words);
        Assert.Contains("305419896", encoder, StringComparison.Ordinal);
        Assert.Contains("Illegal data address", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PymodbusPlc_TakesEveryVerdictAsWritten(bool useReadWrite)
    {
        using Process peer = StartPlc();
        int port = int.Parse(await AskAsync(peer, null), CultureInfo.InvariantCulture);
        string folder = Directory.CreateTempSubdirectory("mpcgline-peer-").FullName;
        var outcomes = Channel.CreateUnbounded<RejectOutcome>();
        using var stop = new CancellationTokenSource();
        using var link = new PlcLink(
            new PlcLinkOptions
            {
                Port = port,
                UseReadWrite = useReadWrite,
                SessionFile = Path.Combine(folder, "session"),
                TransactionTimeout = TimeSpan.FromMilliseconds(500),
                AcknowledgeTimeout = TimeSpan.FromSeconds(30),
                Binding = new PartBindingOptions { Distance = 1000, Tolerance = 20 },
            },
            TimeProvider.System,
            () => true,
            o => outcomes.Writer.TryWrite(o),
            new PlcRig.EventLog());
        link.Report(PlcStatus.WarmingUp, false);
        var thread = new Thread(() => link.Run(stop.Token));
        thread.Start();
        try
        {
            Assert.Equal("ready", await AskAsync(peer, "ready"));
            Assert.True(link.WaitForOnline(Patience, Token));
            var expected = new List<string>();
            for (int i = 0; i < 20; i++)
            {
                Verdict verdict = (Verdict)(i % 3);
                uint encoder = unchecked(uint.MaxValue - 5000 + (uint)(1000 * i));
                string part = await AskAsync(peer, $"part {encoder}");
                Assert.True(link.TrySubmit(Order(i, verdict, encoder)));
                RejectOutcome outcome = await outcomes.Reader.ReadAsync(Token).AsTask().WaitAsync(Patience, Token);
                Assert.True(outcome.Acknowledged);
                Assert.Equal(outcome.WrittenWord, outcome.ReadBackWord);
                expected.Add($"{part}:{VerdictWord.Of(verdict, NotInspectedReason.Camera)}:{(verdict == Verdict.Accept ? 1 : 0)}");
            }

            Assert.Equal(string.Join(' ', expected), await AskAsync(peer, "gate"));
        }
        finally
        {
            await stop.CancelAsync();
            thread.Join();
            peer.Kill();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static RejectOrder Order(int panel, Verdict verdict, uint sensorAt) => new(
        new PanelId(panel + 1),
        verdict,
        verdict == Verdict.NotInspected ? NotInspectedReason.Camera : NotInspectedReason.None,
        0,
        new EncoderCount(sensorAt).Advance(1000),
        TimeProvider.System.GetTimestamp() + (60 * TimeProvider.System.TimestampFrequency));

    private static Process StartPlc()
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Devices", "Plc", "plc.py");
        return Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-u", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    private static async Task<string> AskAsync(Process peer, string? command)
    {
        if (command is not null)
        {
            await peer.StandardInput.WriteLineAsync(command.AsMemory(), Token);
            await peer.StandardInput.FlushAsync(Token);
        }

        return await peer.StandardOutput.ReadLineAsync(Token).AsTask().WaitAsync(Patience, Token)
            ?? throw new InvalidOperationException("The pymodbus PLC ended.");
    }

    private static async Task<(int ExitCode, string Output)> MbpollAsync(int port, params string[] arguments)
    {
        using Process mbpoll = Process.Start(new ProcessStartInfo(
            "/usr/bin/mbpoll",
            ["-m", "tcp", "-p", port.ToString(CultureInfo.InvariantCulture), "-a", "1", "-0", "-q", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = mbpoll.StandardOutput.ReadToEndAsync(Token);
        Task<string> error = mbpoll.StandardError.ReadToEndAsync(Token);
        await mbpoll.WaitForExitAsync(Token).WaitAsync(Patience, Token);
        return (mbpoll.ExitCode, await output + await error);
    }
}
