using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Primitives;

namespace MpcgLine.UnitTests.Acquisition;

public sealed class StripRingTests
{
    [Fact]
    public void TryClaim_RingFull_ReturnsFalseAndCountsOverrun()
    {
        StripRing ring = new(2, 4, 1);
        PublishOne(ring, 1);
        PublishOne(ring, 2);

        Assert.False(ring.HasRoom);
        Assert.False(ring.TryClaim(out Strip? none));
        Assert.Null(none);
        Assert.Equal(1, ring.Overruns);
        Assert.Equal(2, ring.Count);
    }

    [Fact]
    public void TryClaim_NotPublished_GivesTheSameSlotAgain()
    {
        StripRing ring = new(2, 4, 1);
        Assert.True(ring.TryClaim(out Strip? first));
        Assert.True(ring.TryClaim(out Strip? again));

        Assert.Same(first, again);
        Assert.False(ring.TryRead(out _));
    }

    [Fact]
    public void Publish_AfterOverruns_TellsTheNextStripHowManyWereLost()
    {
        StripRing ring = new(2, 4, 1);
        PublishOne(ring, 1);
        PublishOne(ring, 2);
        Assert.False(ring.TryClaim(out _));
        Assert.False(ring.TryClaim(out _));
        Assert.True(ring.TryRead(out Strip? first));
        Assert.Equal(0, first.OverrunsBefore);
        ring.Release();
        PublishOne(ring, 5);
        Assert.True(ring.TryRead(out _));
        ring.Release();

        Assert.True(ring.TryRead(out Strip? third));
        Assert.Equal(5, third.Stamp.FrameId);
        Assert.Equal(2, third.OverrunsBefore);
    }

    [Fact]
    public void Publish_NothingClaimed_Throws() =>
        Assert.Throws<InvalidOperationException>(new StripRing(2, 4, 1).Publish);

    [Fact]
    public void Release_NothingRead_Throws() =>
        Assert.Throws<InvalidOperationException>(new StripRing(2, 4, 1).Release);

    [Fact]
    public void TwoThreads_ManyStrips_ArriveWholeAndInOrder()
    {
        const int strips = 20_000;
        StripRing ring = new(4, 16, 2);
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Thread producer = new(() =>
        {
            for (int i = 1; i <= strips && !cancellation.IsCancellationRequested;)
            {
                if (ring.HasRoom)
                {
                    PublishOne(ring, i++);
                }
                else
                {
                    Thread.Yield();
                }
            }
        });
        producer.Start();
        for (int expected = 1; expected <= strips;)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!ring.TryRead(out Strip? strip))
            {
                Thread.Yield();
                continue;
            }

            Assert.Equal(expected, strip.Stamp.FrameId);
            Assert.False(strip.Pixels.ContainsAnyExcept((byte)expected));
            ring.Release();
            expected++;
        }

        producer.Join();
        Assert.Equal(0, ring.Overruns);
        Assert.Equal(0, ring.Count);
    }

    [Fact]
    public void SteadyState_AllocatesNothing()
    {
        StripRing ring = new(2, 16, 2);
        PublishOne(ring, 0);
        ring.TryRead(out _);
        ring.Release();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            PublishOne(ring, i);
            ring.TryRead(out _);
            ring.Release();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void PublishOne(StripRing ring, int number)
    {
        if (!ring.TryClaim(out Strip? strip))
        {
            throw new InvalidOperationException("The ring is full.");
        }

        strip.Pixels.Fill((byte)number);
        strip.Stamp = new StripStamp(number, 1, new LineIndex(0), 2, 2, default, 0, StripStatus.Complete);
        ring.Publish();
    }
}
