using Microsoft.Extensions.Time.Testing;
using MpcgLine.Devices.Plc;
using MpcgLine.Devices.Plc.Simulated;
using MpcgLine.Inspection.Primitives;

namespace MpcgLine.UnitTests.Devices.Plc;

public sealed class PlcProgramTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly DaemonRegisters _daemon = new(WordOrder.HighFirst)
    {
        MapVersion = RegisterMap.Version,
        SessionId = 3,
        Status = PlcStatus.Online | PlcStatus.TestMode,
    };

    private readonly PlcRegisters _plc = new(WordOrder.HighFirst);
    private readonly PlcProgram _program;

    public PlcProgramTests() => _program = Program(new SimulatedPlcOptions());

    [Fact]
    public void Pass_AllConditionsMet_PassesAtTheGate()
    {
        Beat(3);
        uint part = Arrive(500);
        Commit(1, VerdictWord.Pass, part, 500);

        Scan();
        _program.RunOut();

        Assert.Equal((1, 3), (_plc.AckSeq, _plc.AckSession));
        Assert.True(Assert.Single(_program.Decided).Passed);
    }

    [Theory]
    [InlineData(VerdictWord.Fail)]
    [InlineData(0)]
    [InlineData(0xFFFF)]
    [InlineData(1)]
    [InlineData(0x0E04)]
    public void AnyOtherWord_IsRejectedAndAcknowledged(int word)
    {
        Beat(3);
        Commit(1, (ushort)word, Arrive(500), 500);

        Scan();
        _program.RunOut();

        Assert.Equal(1, _plc.AckSeq);
        Assert.False(Assert.Single(_program.Decided).Passed);
    }

    [Theory]
    [InlineData(0u, 500u)] // no part
    [InlineData(2u, 500u)] // another part
    [InlineData(1u, 551u)] // beyond the tolerance
    public void Pass_ForAnotherPartOrPlace_PassesNothing(uint part, uint encoder)
    {
        Beat(3);
        Arrive(500);
        Commit(1, VerdictWord.Pass, part, encoder);

        Scan();
        _program.RunOut();

        Assert.False(Assert.Single(_program.Decided).Passed);
    }

    [Fact]
    public void Pass_AfterFail_IsRefused()
    {
        Beat(3);
        uint part = Arrive(500);
        Commit(1, VerdictWord.Fail, part, 500);
        Commit(2, VerdictWord.Pass, part, 500);

        Scan();
        _program.RunOut();

        Assert.False(Assert.Single(_program.Decided).Passed);
    }

    [Theory]
    [InlineData(PlcStatus.TestMode)]                    // not online
    [InlineData(PlcStatus.Online | PlcStatus.TestMode)] // test mode, and the operator has not agreed
    public void Pass_StatusForbids_IsRefused(PlcStatus status)
    {
        PlcProgram program = Program(new SimulatedPlcOptions { AcceptsTestMode = false });
        Beat(3, program);
        uint part = program.PartArrived(new EncoderCount(500));
        Commit(1, VerdictWord.Pass, part, 500);
        _daemon.Status = status;

        Scan(program);
        program.RunOut();

        Assert.False(Assert.Single(program.Decided).Passed);
    }

    [Fact]
    public void TornSlot_IsReadAgainAndThenTaken()
    {
        Beat(3);
        uint part = Arrive(500);
        Commit(1, VerdictWord.Pass, part, 500);
        _daemon.SlotOf(1)[7] = 0;
        Scan();
        ushort whileTorn = _plc.AckSeq;

        _daemon.SlotOf(1)[7] = 1;
        Scan();
        _program.RunOut();

        Assert.Equal((0, 1), (whileTorn, _plc.AckSeq));
        Assert.True(Assert.Single(_program.Decided).Passed);
    }

    [Fact]
    public void SlotOfAnotherSequence_IsAGapAndStaysRejected()
    {
        Beat(3);
        uint part = Arrive(500);
        Commit(9, VerdictWord.Pass, part, 500);
        _daemon.HeadSeq = 1;

        Scan();
        _program.RunOut();

        Assert.Equal(1, _plc.AckSeq);
        Assert.False(Assert.Single(_program.Decided).Passed);
    }

    [Fact]
    public void MoreThanEightNewResults_AreAllSkipped()
    {
        Beat(3);
        uint part = Arrive(500);
        Commit(9, VerdictWord.Pass, part, 500);

        Scan();
        _program.RunOut();

        Assert.Equal(9, _plc.AckSeq);
        Assert.False(Assert.Single(_program.Decided).Passed);
    }

    [Fact]
    public void Pass_AfterTheGate_ComesTooLate()
    {
        PlcProgram program = Program(new SimulatedPlcOptions { GateDistance = 1000 });
        Beat(3, program);
        uint part = program.PartArrived(new EncoderCount(uint.MaxValue - 100));
        program.Encoder = new EncoderCount(899);
        Commit(1, VerdictWord.Pass, part, uint.MaxValue - 100);

        Scan(program);

        PlcPartRecord decided = Assert.Single(program.Decided);
        Assert.Equal((part, false, 0), (decided.PartId, decided.Passed, decided.VerdictWord));
    }

    [Fact]
    public void Heartbeat_CountsAfterThreeChanges()
    {
        Beat(2);
        bool afterTwo = _program.IsHeartbeatFresh;
        Beat(1);

        Assert.False(afterTwo);
        Assert.True(_program.IsHeartbeatFresh);
    }

    [Fact]
    public void Heartbeat_UnchangedFor500Ms_EndsEveryPass()
    {
        Beat(3);
        uint part = Arrive(500);
        Commit(1, VerdictWord.Pass, part, 500);
        Scan();
        _time.Advance(TimeSpan.FromMilliseconds(499));
        Scan();
        bool before = _program.IsHeartbeatFresh;
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Scan();
        _program.RunOut();

        Assert.True(before);
        Assert.False(_program.IsHeartbeatFresh);
        Assert.False(Assert.Single(_program.Decided).Passed);
    }

    [Fact]
    public void Heartbeat_Zero_IsAClearedBlockAtOnce()
    {
        Beat(3);
        _daemon.Heartbeat = 0;
        Scan();

        Assert.False(_program.IsHeartbeatFresh);
    }

    [Fact]
    public void NewSession_StartsCountingAfresh()
    {
        Beat(3);
        Commit(1, VerdictWord.Fail, Arrive(500), 500);
        Scan();
        _daemon.SessionId = 4;
        _daemon.HeadSeq = 0;

        Scan();

        Assert.Equal((0, 4), (_plc.AckSeq, _plc.AckSession));
    }

    [Fact]
    public void MapVersionCleared_NothingIsTakenOrAcknowledged()
    {
        Beat(3);
        Commit(1, VerdictWord.Pass, Arrive(500), 500);
        _daemon.MapVersion = 0;

        Scan();

        Assert.Equal(0, _plc.AckSeq);
    }

    private PlcProgram Program(SimulatedPlcOptions options) => new(options, _time);

    private uint Arrive(uint encoder) => _program.PartArrived(new EncoderCount(encoder));

    private void Beat(int times, PlcProgram? program = null)
    {
        for (int i = 0; i < times; i++)
        {
            _daemon.Heartbeat++;
            Scan(program);
        }
    }

    private void Scan(PlcProgram? program = null) => (program ?? _program).Scan(_daemon.All, _plc.All);

    private void Commit(ushort sequence, ushort word, uint part, uint encoder)
    {
        new ResultSlot(sequence, word, part, new EncoderCount(encoder), 0, sequence).Write(_daemon.SlotOf(sequence), WordOrder.HighFirst);
        _daemon.HeadSeq = sequence;
    }
}
