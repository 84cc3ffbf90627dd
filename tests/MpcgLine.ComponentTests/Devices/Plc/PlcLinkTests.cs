using Microsoft.Extensions.Logging.Abstractions;
using MpcgLine.Devices.Plc;
using MpcgLine.Devices.Plc.Simulated;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Rejection;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.ComponentTests.Devices.Plc;

public sealed class PlcLinkTests
{
    private const byte Fc16 = 0x10;
    private const int LinkLost = 3003;
    private const int PlcRestarted = 3006;
    private const int NotAcknowledged = 3012;

    [Theory]
    [InlineData(Verdict.Accept, 0x5AA5, true)]
    [InlineData(Verdict.Reject, 0xA55A, false)]
    [InlineData(Verdict.NotInspected, 0x0E01, false)]
    public async Task Submit_EachVerdict_IsReadBackAndActedOn(Verdict verdict, int word, bool passes)
    {
        using var rig = new PlcRig();
        rig.WaitUntilReady();

        (uint part, RejectOutcome outcome) = await rig.JudgeAsync(verdict, 5000);
        rig.Plc.RunOut();

        Assert.Equal((part, true), (outcome.PartId, outcome.Acknowledged));
        Assert.Equal((word, word), (outcome.WrittenWord, outcome.ReadBackWord));
        PlcPartRecord decided = Assert.Single(rig.Plc.Decisions);
        Assert.Equal((part, word, true, passes), (decided.PartId, decided.VerdictWord, decided.IsDecided, decided.Passed));
    }

    [Theory]
    [InlineData(WordOrder.HighFirst, true)]
    [InlineData(WordOrder.LowFirst, true)]
    [InlineData(WordOrder.HighFirst, false)]
    public async Task Submit_ManyParts_EachKeepsItsOwnVerdict(WordOrder order, bool readWrite)
    {
        using var rig = new PlcRig(
            new SimulatedPlcOptions { WordOrder = order, SupportsReadWrite = readWrite },
            o => o with { WordOrder = order, UseReadWrite = true });
        rig.WaitUntilReady();
        var expected = new List<(uint Part, bool Passes)>();

        // Encoder counts across the wrap.
        for (uint i = 0; i < 40; i++)
        {
            Verdict verdict = i % 3 == 0 ? Verdict.Reject : Verdict.Accept;
            (uint part, RejectOutcome outcome) = await rig.JudgeAsync(verdict, unchecked(uint.MaxValue - 20_000 + (i * 1000)));
            Assert.True(outcome.Acknowledged);
            expected.Add((part, verdict == Verdict.Accept));
        }

        rig.Plc.RunOut();
        Assert.Equal(expected, rig.Plc.Decisions.Select(d => (d.PartId, d.Passed)));
        Assert.Equal(40, rig.Link.Counters[PlcCounter.ResultsAcknowledged]);
    }

    [Fact]
    public async Task Submit_LateAccept_BecomesNotInspected4()
    {
        using var rig = new PlcRig();
        rig.WaitUntilReady();

        (uint part, RejectOutcome outcome) = await rig.JudgeAsync(Verdict.Accept, 5000, late: true);

        Assert.Equal((0x0E04, 0x0E04), (outcome.WrittenWord, outcome.ReadBackWord));
        Assert.Equal(0x0E04, rig.Plc.PartDecision(part)!.VerdictWord);
        Assert.Equal(1, rig.Link.Counters[PlcCounter.LateAccepts]);
    }

    [Fact]
    public async Task Submit_LateReject_StaysReject()
    {
        using var rig = new PlcRig();
        rig.WaitUntilReady();

        (_, RejectOutcome outcome) = await rig.JudgeAsync(Verdict.Reject, 5000, late: true);

        Assert.Equal(VerdictWord.Fail, outcome.ReadBackWord);
    }

    [Theory]
    [InlineData(6000u)] // announced elsewhere
    [InlineData(5021u)] // just beyond the tolerance
    public async Task Submit_NoPartFits_IsNotInspected9AndNoPartPasses(uint sensorAt)
    {
        using var rig = new PlcRig();
        rig.WaitUntilReady();
        uint part = rig.Plc.PartArrived(new EncoderCount(5000));

        Assert.True(rig.Link.TrySubmit(rig.Order(Verdict.Accept, sensorAt)));
        RejectOutcome outcome = await rig.NextOutcomeAsync();

        Assert.Equal((0u, 0x0E09), (outcome.PartId, outcome.WrittenWord));
        Assert.True(outcome.Acknowledged);
        Assert.Equal(0, rig.Plc.PartDecision(part)!.VerdictWord);
    }

    [Fact]
    public async Task Submit_TwoPartsFit_IsNotInspected9()
    {
        using var rig = new PlcRig();
        rig.WaitUntilReady();
        rig.Plc.PartArrived(new EncoderCount(5000));

        (_, RejectOutcome outcome) = await rig.JudgeAsync(Verdict.Accept, 5010);

        Assert.Equal((0u, 0x0E09), (outcome.PartId, outcome.WrittenWord));
    }

    [Fact]
    public async Task TokenStops_PlcRejectsEverything()
    {
        using var rig = new PlcRig();
        rig.WaitUntilReady();
        (uint part, _) = await rig.JudgeAsync(Verdict.Accept, 5000);

        rig.TokenComesRound = false;
        Assert.True(rig.Plc.WaitForHeartbeat(false, PlcRig.Patience, TestContext.Current.CancellationToken));
        (uint second, _) = await rig.JudgeAsync(Verdict.Accept, 9000);
        rig.Plc.RunOut();

        // Even what was accepted before: whoever is dead can't answer for it.
        Assert.All(rig.Plc.Decisions, d => Assert.False(d.Passed));
        Assert.Equal([part, second], rig.Plc.Decisions.Select(d => d.PartId));
    }

    [Fact]
    public async Task ConnectionDropped_MidResult_IsRepublishedOnce()
    {
        using var rig = new PlcRig();
        rig.WaitUntilReady();
        int drops = 0;
        rig.Proxy.Reply = (request, reply) =>
            Task.FromResult(IsSlotWrite(request) && Interlocked.Increment(ref drops) == 1 ? null : reply);

        (uint part, RejectOutcome outcome) = await rig.JudgeAsync(Verdict.Accept, 5000);

        Assert.True(outcome.Acknowledged);
        Assert.Equal((VerdictWord.Pass, VerdictWord.Pass), (outcome.WrittenWord, outcome.ReadBackWord));
        Assert.Equal(1, rig.Link.Counters[PlcCounter.LinkLosses]);
        Assert.Equal(1, rig.Link.Counters[PlcCounter.ResultsWritten]);
        Assert.Equal(VerdictWord.Pass, rig.Plc.PartDecision(part)!.VerdictWord);
    }

    [Fact]
    public async Task ConnectionDropped_DeadlinePassesBeforeRepublishing_BecomesNotInspected4()
    {
        using var rig = new PlcRig();
        rig.WaitUntilReady();
        int drops = 0;
        rig.Proxy.Reply = (request, reply) =>
        {
            if (!IsSlotWrite(request) || Interlocked.Increment(ref drops) > 1)
            {
                return Task.FromResult<byte[]?>(reply);
            }

            // The slot with its PASS is in the PLC's registers, uncommitted, when the deadline passes.
            rig.Clock.SetForward(TimeSpan.FromMinutes(2));
            return Task.FromResult<byte[]?>(null);
        };

        (uint part, RejectOutcome outcome) = await rig.JudgeAsync(Verdict.Accept, 5000);

        Assert.True(outcome.Acknowledged);
        Assert.Equal((0x0E04, 0x0E04), (outcome.WrittenWord, outcome.ReadBackWord));
        Assert.Equal(0x0E04, rig.Plc.PartDecision(part)!.VerdictWord);
    }

    [Fact]
    public async Task ConnectionDropped_DeadlinePassesWhileRepublishing_BecomesNotInspected4()
    {
        using var rig = new PlcRig();
        rig.WaitUntilReady();
        int drops = 0;
        int images = 0;
        rig.Proxy.Reply = (request, reply) =>
        {
            if (IsSlotWrite(request) && Interlocked.Increment(ref drops) == 1)
            {
                return Task.FromResult<byte[]?>(null);
            }

            // Published again, all slots in one read: the deadline passes between them and the head.
            if (request[7] == 3 && request[11] == RegisterMap.DaemonLength - RegisterMap.DaemonHeadLength && drops > 0
                && Interlocked.Increment(ref images) == 1)
            {
                rig.Clock.SetForward(TimeSpan.FromMinutes(2));
            }

            return Task.FromResult<byte[]?>(reply);
        };

        (uint part, RejectOutcome outcome) = await rig.JudgeAsync(Verdict.Accept, 5000);

        Assert.True(images >= 2);
        Assert.True(outcome.Acknowledged);
        Assert.Equal((0x0E04, 0x0E04), (outcome.WrittenWord, outcome.ReadBackWord));
        Assert.Equal(0x0E04, rig.Plc.PartDecision(part)!.VerdictWord);
    }

    [Fact]
    public async Task DeadlinePassesBetweenSlotAndHead_SlotIsWrittenOver()
    {
        using var rig = new PlcRig();
        rig.WaitUntilReady();
        int slots = 0;
        rig.Proxy.Reply = (request, reply) =>
        {
            if (IsSlotWrite(request) && Interlocked.Increment(ref slots) == 1)
            {
                rig.Clock.SetForward(TimeSpan.FromMinutes(2));
            }

            return Task.FromResult<byte[]?>(reply);
        };

        (uint part, RejectOutcome outcome) = await rig.JudgeAsync(Verdict.Accept, 5000);

        Assert.Equal(2, slots);
        Assert.Equal((0x0E04, 0x0E04), (outcome.WrittenWord, outcome.ReadBackWord));
        Assert.Equal(0x0E04, rig.Plc.PartDecision(part)!.VerdictWord);
    }

    [Fact]
    public async Task ReplyTooLate_ClosesAndNothingShifts()
    {
        using var rig = new PlcRig(link: o => o with { TransactionTimeout = TimeSpan.FromMilliseconds(150) });
        rig.WaitUntilReady();
        var release = new TaskCompletionSource();
        int held = 0;
        rig.Proxy.Reply = async (request, reply) =>
        {
            if (IsSlotWrite(request) && Interlocked.Increment(ref held) == 1)
            {
                await release.Task;
            }

            return reply;
        };
        rig.Plc.PartArrived(new EncoderCount(5000));
        Assert.True(rig.Link.TrySubmit(rig.Order(Verdict.Accept, 5000)));

        await rig.Log.WaitForAsync(LinkLost);
        release.SetResult();
        RejectOutcome first = await rig.NextOutcomeAsync();
        (uint second, RejectOutcome next) = await rig.JudgeAsync(Verdict.Reject, 9000);

        Assert.True(first.Acknowledged);
        Assert.Equal((second, VerdictWord.Fail, VerdictWord.Fail), (next.PartId, next.WrittenWord, next.ReadBackWord));
        Assert.True(rig.Link.Counters[PlcCounter.Timeouts] >= 1);
    }

    [Fact]
    public async Task ExceptionReply_KeepsTheConnectionAndTheNextResultPasses()
    {
        using var rig = new PlcRig();
        rig.WaitUntilReady();
        int refusals = 0;
        rig.Proxy.Reply = (request, reply) => Task.FromResult<byte[]?>(
            IsSlotWrite(request) && Interlocked.Increment(ref refusals) == 1
                ? [.. reply[..5], 3, reply[6], 0x90, 4]
                : reply);

        (_, RejectOutcome refused) = await rig.JudgeAsync(Verdict.Accept, 5000);
        (uint part, RejectOutcome next) = await rig.JudgeAsync(Verdict.Accept, 9000);

        Assert.False(refused.Acknowledged);
        Assert.Equal((part, true), (next.PartId, next.Acknowledged));
        Assert.Equal(1, rig.Link.Counters[PlcCounter.ExceptionReplies]);
        Assert.Equal(1, rig.Link.Counters[PlcCounter.Connects]);
    }

    [Fact]
    public async Task SlotReadsBackDifferent_IsNeverCommitted()
    {
        using var rig = new PlcRig();
        rig.WaitUntilReady();
        int changed = 0;
        rig.Proxy.Reply = (request, reply) =>
        {
            if (request[7] == 3 && request[11] == 8 && Interlocked.Increment(ref changed) == 1)
            {
                reply[11] ^= 0xFF;
            }

            return Task.FromResult<byte[]?>(reply);
        };

        (uint part, RejectOutcome outcome) = await rig.JudgeAsync(Verdict.Accept, 5000);
        (_, RejectOutcome next) = await rig.JudgeAsync(Verdict.Reject, 9000);

        Assert.False(outcome.Acknowledged);
        Assert.NotEqual(outcome.WrittenWord, outcome.ReadBackWord);
        Assert.True(next.Acknowledged);
        Assert.Equal(0, rig.Plc.PartDecision(part)!.VerdictWord);
    }

    [Fact]
    public async Task PlcRestarts_NothingAnnouncedBeforeBinds_AndTheNextPartPasses()
    {
        using var rig = new PlcRig();
        rig.WaitUntilReady();
        await rig.JudgeAsync(Verdict.Accept, 3000);
        rig.Plc.PartArrived(new EncoderCount(5000));

        rig.Plc.Restart();
        await rig.Log.WaitForAsync(PlcRestarted);
        rig.WaitUntilReady();
        Assert.True(rig.Link.TrySubmit(rig.Order(Verdict.Accept, 5000)));
        RejectOutcome before = await rig.NextOutcomeAsync();
        (uint part, RejectOutcome after) = await rig.JudgeAsync(Verdict.Accept, 9000);
        rig.Plc.RunOut();

        Assert.Equal(0x0E09, before.WrittenWord);
        Assert.Equal((part, true), (after.PartId, after.Acknowledged));
        Assert.True(Assert.Single(rig.Plc.Decisions).Passed);
    }

    [Fact]
    public async Task PlcStopsAcknowledging_ResultsAreGivenUpAndTheHandshakeBeginsAfresh()
    {
        using var rig = new PlcRig(link: o => o with { AcknowledgeTimeout = TimeSpan.FromMilliseconds(200) });
        rig.WaitUntilReady();
        await rig.JudgeAsync(Verdict.Accept, 3000);
        var frozen = true;
        rig.Proxy.Reply = (request, reply) =>
        {
            if (Volatile.Read(ref frozen) && request[7] == 3 && request[11] == RegisterMap.PlcLength)
            {
                reply[9 + (2 * PlcRegisters.AckSeqAt) + 1] = 1;
            }

            return Task.FromResult<byte[]?>(reply);
        };

        (_, RejectOutcome outcome) = await rig.JudgeAsync(Verdict.Accept, 5000);
        await rig.Log.WaitForAsync(NotAcknowledged);
        Volatile.Write(ref frozen, false);
        Assert.True(rig.Link.WaitForOnline(PlcRig.Patience, TestContext.Current.CancellationToken));
        (_, RejectOutcome next) = await rig.JudgeAsync(Verdict.Accept, 9000);

        Assert.False(outcome.Acknowledged);
        Assert.True(next.Acknowledged);
    }

    [Fact]
    public async Task MoreThanEightUnacknowledged_WaitForRoom()
    {
        using var rig = new PlcRig(new SimulatedPlcOptions { Scan = TimeSpan.FromMilliseconds(200) });
        rig.WaitUntilReady();
        const int parts = 3;
        const int panels = 20;
        for (uint i = 0; i < parts; i++)
        {
            rig.Plc.PartArrived(new EncoderCount(5000 + (1000 * i)));
        }

        for (uint i = 0; i < panels; i++)
        {
            Assert.True(rig.Link.TrySubmit(rig.Order(Verdict.Reject, 5000 + (1000 * i))));
        }

        var sequences = new List<int>();
        for (int i = 0; i < panels; i++)
        {
            RejectOutcome outcome = await rig.NextOutcomeAsync();
            Assert.True(outcome.Acknowledged);
            sequences.Add(outcome.Sequence);
        }

        Assert.Equal(Enumerable.Range(1, panels), sequences);
        Assert.Equal(0, rig.Link.PendingCount);
    }

    [Fact]
    public void Stop_WritesOnline0AndConcludesOpenOrders()
    {
        using var rig = new PlcRig();
        rig.WaitUntilReady();
        Assert.NotEqual(0, rig.Plc.ReadRegisters(DaemonRegisters.StatusAt, 1)[0] & (int)PlcStatus.Online);
        Assert.NotEqual(0, rig.Plc.ReadRegisters(DaemonRegisters.StatusAt, 1)[0] & (int)PlcStatus.TestMode);

        rig.Stop();

        Assert.Equal(0, rig.Plc.ReadRegisters(DaemonRegisters.StatusAt, 1)[0] & (int)PlcStatus.Online);
        Assert.Equal(0, rig.Link.PendingCount);
    }

    [Fact]
    public async Task PlcOutOfTestMode_RefusesTheSimulatedPass()
    {
        using var rig = new PlcRig(new SimulatedPlcOptions { AcceptsTestMode = false });
        rig.WaitUntilReady();

        await rig.JudgeAsync(Verdict.Accept, 5000);
        rig.Plc.RunOut();

        PlcPartRecord decided = Assert.Single(rig.Plc.Decisions);
        Assert.Equal((VerdictWord.Pass, false), (decided.VerdictWord, decided.Passed));
    }

    [Fact]
    public void Submit_QueueFull_IsRefusedAndCounted()
    {
        using var rig = new PlcRig(link: o => o with { QueueCapacity = 8 });
        rig.Stop();

        bool[] taken = [.. Enumerable.Range(0, 9).Select(i => rig.Link.TrySubmit(rig.Order(Verdict.Accept, 5000)))];

        Assert.Equal([true, true, true, true, true, true, true, true, false], taken);
        Assert.Equal(1, rig.Link.Counters[PlcCounter.OrdersRefused]);
    }

    [Fact]
    public void Constructor_RealAddressWithSimulatedCamera_IsRefused()
    {
        var error = Assert.Throws<PlcException>(() => new PlcLink(
            new PlcLinkOptions { Host = "192.168.1.10" },
            TimeProvider.System,
            () => true,
            _ => { },
            NullLogger<PlcLink>.Instance));

        Assert.Contains("Host is '192.168.1.10' while the camera is simulated or replayed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_FiveErrors_AreAllNamed()
    {
        IReadOnlyList<string> problems = new PlcLinkOptions
        {
            Host = "the plc",
            Port = 0,
            Cycle = TimeSpan.Zero,
            PlcBase = 40,
            Binding = new PartBindingOptions { Tolerance = -1 },
        }.Problems();

        Assert.Equal(5, problems.Count);
    }

    [Fact]
    public void SessionId_EveryStart_IsAnotherOneAndNever0()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "65534");

        Assert.Equal(65535, SessionFile.Next(file, TimeProvider.System));
        Assert.Equal(1, SessionFile.Next(file, TimeProvider.System));
        Assert.Equal(2, SessionFile.Next(file, TimeProvider.System));
        File.WriteAllText(file, "no number");
        Assert.NotEqual(0, SessionFile.Next(file, TimeProvider.System));
        File.Delete(file);
    }

    // FC16 of the eight registers of one slot.
    private static bool IsSlotWrite(byte[] request) => request[7] == Fc16 && request[11] == RegisterMap.SlotLength;
}
