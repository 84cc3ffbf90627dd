using MpcgLine.Devices.Plc;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Rejection;

namespace MpcgLine.UnitTests.Devices.Plc;

public sealed class PendingResultsTests
{
    private readonly PendingResults _results = new();

    [Fact]
    public void Add_EightUnacknowledged_IsFull()
    {
        Add(8);

        Assert.True(_results.IsFull);
        Assert.Throws<InvalidOperationException>(() => Add(1));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 3)]
    [InlineData(5, 5)]
    [InlineData(6, -1)]
    [InlineData(65535, -1)]
    public void CountAcknowledged_FivePending_TakesOnlyWhatWasWritten(int ackSeq, int count)
    {
        Add(5);

        Assert.Equal(count, _results.CountAcknowledged((ushort)ackSeq));
    }

    [Fact]
    public void CountAcknowledged_AnOldNumber_IsNeverWritten()
    {
        Add(3);
        _results.RemoveOldest(acknowledged: true);
        _results.RemoveOldest(acknowledged: true);

        Assert.Equal(-1, _results.CountAcknowledged(1));
        Assert.Equal(0, _results.CountAcknowledged(2));
        Assert.Equal(1, _results.CountAcknowledged(3));
    }

    [Fact]
    public void RemoveNewest_GivesItsSequenceToTheNext()
    {
        Add(2);
        _results.RemoveNewest();

        Assert.Equal(2, _results.Add(Order(9)).Sequence);
    }

    [Fact]
    public void RemoveNewest_TheOnlyOne_FallsBackToTheAcknowledged()
    {
        Add(2);
        _results.RemoveOldest(acknowledged: true);
        _results.RemoveNewest();

        Assert.Equal((1, 1, 0), (_results.LastSequence, _results.LastAcknowledged, _results.Count));
    }

    [Fact]
    public void Sequence_ManyResults_WrapsFrom65528To1()
    {
        ushort last = 0;
        for (int i = 0; i < SequenceNumber.Count; i++)
        {
            last = _results.Add(Order(i)).Sequence;
            _results.RemoveOldest(acknowledged: true);
        }

        Assert.Equal(65528, last);
        Assert.Equal(1, _results.Add(Order(0)).Sequence);
        Assert.Equal(1, _results.CountAcknowledged(1));
    }

    private static RejectOrder Order(long panel) => new(new PanelId(panel), default, default, 0, default, 0);

    private void Add(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _results.Add(Order(i));
        }
    }
}
