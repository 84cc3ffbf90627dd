using Microsoft.Extensions.Time.Testing;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Regions;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.UnitTests;

public sealed class InspectionPipelineTests
{
    private readonly InspectionCounters _counters = new();
    // Its timestamps then start at 0, like the stamps of the strips.
    private readonly FakeTimeProvider _time = new(DateTimeOffset.MinValue);
    private readonly ThresholdTileInspector _inspector = new(4);

    [Theory]
    [InlineData(64)]
    [InlineData(125)]
    [InlineData(512)]
    [InlineData(1000)]
    [InlineData(1300)]
    public void Accept_AnyStripLength_GivesTheDefectsOfTheWholeImage(int linesPerStrip)
    {
        GrayImage image = Speckled(1400, 1300, 7);
        PanelVerdict whole = Pipeline(1400).Inspect(image, 1);
        StripFeed feed = new(Pipeline(1400));
        feed.Send(image, StripFeed.Cut(1300, linesPerStrip, 1));

        PanelVerdict verdict = Assert.Single(feed.Verdicts);
        Assert.Equal(Verdict.Reject, verdict.Verdict);
        Assert.Equal((1300, 1300, 12), (verdict.LinesExpected, verdict.LinesReceived, verdict.TilesInspected));
        Assert.True(whole.Defects.Count > 20);
        Assert.Equal(whole.Defects, verdict.Defects);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    public void Inspect_AnyBatchSize_GivesTheSameDefects(int maxTiles)
    {
        GrayImage image = Speckled(2000, 500, 3);
        PanelVerdict expected = Pipeline(2000).Inspect(image, 1);
        ThresholdTileInspector inspector = new(maxTiles);
        InspectionPipeline pipeline = new(Options(), 2000, inspector, _time, _counters);

        Assert.Equal(expected.Defects, pipeline.Inspect(image, 1).Defects);
        Assert.Equal(2 * ((5 + maxTiles - 1) / maxTiles), inspector.Calls);
    }

    [Fact]
    public void Inspect_TilesOutsideTheInspectedArea_AreNoPartOfThePanelWhateverIsFoundInThem()
    {
        // The part ends within the third of five columns of tiles.
        GrayImage part = Speckled(1200, 1100, 5), image = new(1800, 1300);
        Fill(part, new PixelBox(0, 0, 1200, 30), 128);
        Fill(part, new PixelBox(0, 1070, 1200, 30), 128);
        Fill(part, new PixelBox(0, 0, 30, 1100), 128);
        Fill(part, new PixelBox(1170, 0, 30, 1100), 128);
        for (int y = 0; y < part.Height; y++)
        {
            part.Row(y).CopyTo(image.Row(100 + y)[100..]);
        }

        InspectionOptions options = Options();
        options.Edges = new EdgeOptions { Mode = EdgeMode.Contrast };
        PanelVerdict expected = new InspectionPipeline(options, 1800, _inspector, _time, _counters).Inspect(image, 1);
        long tiles = _counters[InspectionCounter.Tiles], outside = _counters[InspectionCounter.OutsideTiles];
        FireOutside inspector = new(_inspector);

        PanelVerdict verdict = new InspectionPipeline(options, 1800, inspector, _time, _counters).Inspect(image, 1);

        Assert.Equal((15, 6), (tiles, outside));
        Assert.Equal(6, inspector.Fired);
        Assert.Equal(Verdict.Reject, verdict.Verdict);
        Assert.True(expected.Defects.Count > 20);
        Assert.Equal(expected.Defects, verdict.Defects);
        Assert.Equal(expected.InspectedFraction, verdict.InspectedFraction);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Accept_StageWorksInBackground_GivesTheSameVerdicts(int maxTiles)
    {
        GrayImage[] images = [Speckled(2000, 1300, 3), Clean(2000, 1300), Speckled(2000, 1300, 4)];
        BackgroundTileInspector stage = new(maxTiles);
        StripFeed feed = new(new InspectionPipeline(Options(), 2000, stage, _time, _counters));
        StripFeed expected = new(Pipeline(2000));
        for (int i = 0; i < images.Length; i++)
        {
            feed.Send(images[i], StripFeed.Cut(1300, 100, i + 1));
            expected.Send(images[i], StripFeed.Cut(1300, 100, i + 1));
        }

        Assert.Equal(expected.Verdicts.Select(verdict => verdict.Verdict), feed.Verdicts.Select(verdict => verdict.Verdict));
        Assert.Equal(expected.Verdicts.Select(verdict => verdict.TilesInspected), feed.Verdicts.Select(verdict => verdict.TilesInspected));
        Assert.Equal(expected.Verdicts.SelectMany(verdict => verdict.Defects), feed.Verdicts.SelectMany(verdict => verdict.Defects));
        Assert.True(feed.Verdicts[0].Defects.Count > 20);
        Assert.Equal(2, stage.MostUnfinished);
    }

    [Fact]
    public void Inspect_StageFailsInTheBackground_ThatPanelAloneIsNotInspected()
    {
        // Panels of 3 rows of 3 batches; the fifth batch is in the middle of the second row.
        BackgroundTileInspector stage = new(2) { FailsAt = 5 };
        InspectionPipeline pipeline = new(Options(), 2000, stage, _time, _counters);
        GrayImage defective = Speckled(2000, 1300, 3);
        PanelVerdict expected = Pipeline(2000).Inspect(defective, 1);
        List<PanelVerdict> verdicts = [];
        for (int burst = 1; burst <= 2; burst++)
        {
            Strip strip = new(2000, 1300);
            defective.Pixels.CopyTo(strip.Pixels);
            strip.Stamp = new StripStamp(burst, burst, new LineIndex(0), 1300, 1300, default, 0, StripStatus.Complete);
            pipeline.Accept(strip);
            while (pipeline.TryTake(out StitchedPiece piece))
            {
                if (piece.Row is not { } row)
                {
                    verdicts.Add(pipeline.Conclude(piece.End));
                    continue;
                }

                if (Record.Exception(() => pipeline.Inspect(row)) is { } error)
                {
                    Assert.IsType<InvalidOperationException>(error);
                }

                pipeline.Release(row);
            }
        }

        Assert.Equal([Verdict.NotInspected, Verdict.Reject], verdicts.Select(verdict => verdict.Verdict));
        Assert.Equal(expected.Defects, verdicts[1].Defects);
    }

    [Fact]
    public void Inspect_DefectsOfEarlierRowsAndPanels_LeaveNothingBehind()
    {
        InspectionPipeline pipeline = Pipeline(1500);
        // The last row of 900 lines is short.
        GrayImage first = Clean(1500, 900), other = Clean(1500, 1000);
        PixelBox left = new(100, 890, 12, 8), right = new(1200, 950, 12, 8);
        Fill(first, left, 30);
        Fill(other, right, 30);

        Assert.Equal(left, Assert.Single(pipeline.Inspect(first, 1).Defects).Box);
        Assert.Empty(pipeline.Inspect(Clean(1500, 1000), 2).Defects);
        Assert.Equal(right, Assert.Single(pipeline.Inspect(other, 3).Defects).Box);
        Assert.Equal(left, Assert.Single(pipeline.Inspect(first, 4).Defects).Box);
    }

    [Fact]
    public void Accept_RowsMissingAfterABatchHasBegun_NextPanelIsNotTouchedByIt()
    {
        BackgroundTileInspector stage = new(2);
        StripFeed feed = new(new InspectionPipeline(Options(), 500, stage, _time, _counters));
        feed.Send(Speckled(500, 1300, 3), StripFeed.Cut(1300, 100, 1).Where((_, i) => i < 7));
        feed.Send(Clean(500, 1300), StripFeed.Cut(1300, 100, 2));

        Assert.Equal([Verdict.NotInspected, Verdict.Accept], feed.Verdicts.Select(verdict => verdict.Verdict));
        Assert.Empty(feed.Verdicts[1].Defects);
    }

    [Fact]
    public void Inspect_DefectAcrossFourTiles_IsOneDefectWithItsMeasurements()
    {
        GrayImage image = Clean(900, 900);
        Fill(image, new PixelBox(440, 445, 20, 6), 30);
        InspectionOptions options = Options();
        options.PixelPitchXMicrometres = 10;
        options.PixelPitchYMicrometres = 20;

        PanelVerdict verdict = new InspectionPipeline(options, 900, _inspector, _time, _counters).Inspect(image, 1);

        Defect defect = Assert.Single(verdict.Defects);
        Assert.Equal(new PixelBox(440, 445, 20, 6), defect.Box);
        Assert.Equal((120, 449.5, 447.5), (defect.AreaPixels, defect.CentroidX, defect.CentroidY));
        Assert.Equal(4.5, defect.CentroidXMillimetres, 9);
        Assert.Equal(8.96, defect.CentroidYMillimetres, 9);
        Assert.Equal(120 * 0.0002, defect.AreaSquareMillimetres, 9);
        Assert.Equal((Polarity.Dark, 98.0, 98.0, 68.0), (defect.Polarity, defect.Contrast, defect.Score, defect.Threshold));
        Assert.Equal(DefectClass.Dot, defect.Class);
    }

    [Fact]
    public void Inspect_BrightStrip_IsAStripOfItsWidth()
    {
        GrayImage image = Clean(600, 600);
        Fill(image, new PixelBox(100, 430, 5, 60), 250);

        Defect defect = Assert.Single(Pipeline(600).Inspect(image, 1).Defects);

        Assert.Equal((DefectClass.Strip, Polarity.Bright), (defect.Class, defect.Polarity));
        Assert.Equal(5, defect.WidthPixels, 2);
    }

    [Fact]
    public void Inspect_CleanImage_IsAccepted()
    {
        PanelVerdict verdict = Pipeline(100).Inspect(Clean(100, 40), 1);

        Assert.Equal((Verdict.Accept, NotInspectedReason.None), (verdict.Verdict, verdict.Reason));
        Assert.Empty(verdict.Defects);
        Assert.Equal(1, _counters[InspectionCounter.Accepted]);
    }

    [Fact]
    public void Accept_DroppedStrip_MakesThatPanelAloneNotInspected()
    {
        GrayImage image = Clean(500, 1000);
        StripFeed feed = new(Pipeline(500));
        feed.Send(image, StripFeed.Cut(1000, 100, 1));
        feed.Send(image, StripFeed.Cut(1000, 100, 2).Where((_, i) => i != 3));
        feed.Send(image, StripFeed.Cut(1000, 100, 3));

        Assert.Equal([Verdict.Accept, Verdict.NotInspected, Verdict.Accept], feed.Verdicts.Select(v => v.Verdict));
        Assert.Equal(NotInspectedReason.Camera, feed.Verdicts[1].Reason);
        Assert.Equal(900, feed.Verdicts[1].LinesReceived);
        Assert.Equal(100, _counters[InspectionCounter.MissingLines]);
        Assert.Equal(1, _counters[InspectionCounter.IncompleteTileRows]);
    }

    [Fact]
    public void Accept_DroppedFirstAndLastStrip_EndsWithTheNextBurst()
    {
        GrayImage image = Clean(500, 1000);
        StripFeed feed = new(Pipeline(500));
        feed.Send(image, StripFeed.Cut(1000, 100, 1).Take(9).Skip(1));
        Assert.Empty(feed.Verdicts);
        feed.Send(image, StripFeed.Cut(1000, 100, 2));

        Assert.Equal([Verdict.NotInspected, Verdict.Accept], feed.Verdicts.Select(v => v.Verdict));
        Assert.Equal([1L, 2L], feed.Verdicts.Select(v => v.Panel.Value));
    }

    [Fact]
    public void Accept_OverrunBeforeTheGap_BlamesTheQueue()
    {
        GrayImage image = Clean(500, 300);
        StripFeed feed = new(Pipeline(500));
        List<StripStamp> stamps = StripFeed.Cut(300, 100, 1);
        feed.Send(image, stamps[0]);
        feed.Send(image, stamps[2] with { FrameId = 3 }, overrunsBefore: 1);

        Assert.Equal((Verdict.NotInspected, NotInspectedReason.Queue), (feed.Verdicts[0].Verdict, feed.Verdicts[0].Reason));
        Assert.Equal((1, 1), (_counters[InspectionCounter.Overruns], _counters[InspectionCounter.MissingStrips]));
    }

    [Theory]
    [InlineData(StripStatus.Torn, InspectionCounter.TornStrips)]
    [InlineData(StripStatus.Unknown, InspectionCounter.UnknownStrips)]
    public void Accept_UnusableStrip_MakesThePanelNotInspected(StripStatus status, InspectionCounter counter)
    {
        GrayImage image = Clean(500, 300);
        StripFeed feed = new(Pipeline(500));
        List<StripStamp> stamps = StripFeed.Cut(300, 100, 1);
        stamps[2] = stamps[2] with { Status = status };
        feed.Send(image, stamps);

        Assert.Equal((Verdict.NotInspected, NotInspectedReason.Camera), (feed.Verdicts[0].Verdict, feed.Verdicts[0].Reason));
        Assert.Equal(1, _counters[counter]);
    }

    [Fact]
    public void Accept_DuplicateAndOverlappingStrips_AreRejectedAndCounted()
    {
        GrayImage image = Clean(500, 300);
        GrayImage other = new(500, 300);
        StripFeed feed = new(Pipeline(500));
        List<StripStamp> stamps = StripFeed.Cut(300, 100, 1);
        feed.Send(image, stamps[0]);
        feed.Send(other, stamps[0]);
        feed.Send(image, stamps[1]);
        feed.Send(other, stamps[0] with { FirstLine = new LineIndex(150), LineCount = 50 });
        feed.Send(image, stamps[2] with { FirstLine = new LineIndex(190), LineCount = 110 });

        Assert.Equal(Verdict.Accept, feed.Verdicts[0].Verdict);
        Assert.Equal(160, _counters[InspectionCounter.DuplicateLines]);
        Assert.Equal(300, _counters[InspectionCounter.Lines]);
    }

    [Fact]
    public void Accept_LinesOutsideTheBurst_AreRejectedAndCounted()
    {
        GrayImage image = Clean(500, 300);
        StripFeed feed = new(Pipeline(500));
        List<StripStamp> stamps = StripFeed.Cut(300, 100, 1);
        feed.Send(image, stamps[0] with { FirstLine = new LineIndex(-5), LineCount = 105 });
        feed.Send(image, stamps[1] with { FirstLine = new LineIndex(5000) });
        feed.Send(image, stamps[1]);
        feed.Send(image, stamps[2] with { LineCount = 120 });

        Assert.Equal(Verdict.Accept, feed.Verdicts[0].Verdict);
        Assert.Equal(125, _counters[InspectionCounter.OutOfRangeLines]);
    }

    [Fact]
    public void Accept_StripOfAnEndedBurst_IsCountedAsLate()
    {
        GrayImage image = Clean(500, 300);
        InspectionPipeline pipeline = Pipeline(500);
        StripFeed feed = new(pipeline);
        List<StripStamp> stamps = StripFeed.Cut(300, 100, 1);
        feed.Send(image, stamps[0]);
        pipeline.CloseIncomplete(NotInspectedReason.Deadline);
        feed.Drain();
        feed.Send(image, stamps.Skip(1));

        Assert.Equal(NotInspectedReason.Deadline, Assert.Single(feed.Verdicts).Reason);
        Assert.Equal(2, _counters[InspectionCounter.LateStrips]);
        Assert.False(pipeline.IsPanelOpen);
    }

    [Fact]
    public void Accept_BurstsMissing_AreCounted()
    {
        GrayImage image = Clean(500, 300);
        StripFeed feed = new(Pipeline(500));
        feed.Send(image, StripFeed.Cut(300, 100, 5));
        feed.Send(image, StripFeed.Cut(300, 100, 8).Select(s => s with { Encoder = s.Encoder.Advance(9000) }));

        Assert.Equal(2, _counters[InspectionCounter.MissingBursts]);
        Assert.Equal([5L, 6L, 7L, 8L], feed.Verdicts.Select(v => v.Burst));
        Assert.Equal([1L, 2L, 3L, 4L], feed.Verdicts.Select(v => v.Panel.Value));
        Assert.Equal([1000u, 4000u, 7000u, 10000u], feed.Verdicts.Select(v => v.LeadingEdge.Value));
        Assert.Equal(
            [NotInspectedReason.None, NotInspectedReason.Camera, NotInspectedReason.Camera, NotInspectedReason.None],
            feed.Verdicts.Select(v => v.Reason));
        Assert.Equal((2, 2), (_counters[InspectionCounter.NotInspected], _counters[InspectionCounter.Accepted]));
    }

    [Fact]
    public void Accept_ManyBurstsMissing_GivesVerdictsForTheNewestOnly()
    {
        GrayImage image = Clean(500, 300);
        StripFeed feed = new(Pipeline(500));
        feed.Send(image, StripFeed.Cut(300, 100, 5));
        feed.Send(image, StripFeed.Cut(300, 100, 1_000_000));

        Assert.Equal(999_994, _counters[InspectionCounter.MissingBursts]);
        Assert.Equal(Enumerable.Range(999_984, 17).Select(b => (long)b), feed.Verdicts.Skip(1).Select(v => v.Burst));
        Assert.Equal(16, _counters[InspectionCounter.NotInspected]);
    }

    [Fact]
    public void IsPanelOpen_EndsOfMissingBurstsNotTaken_IsFalse()
    {
        GrayImage image = Clean(500, 300);
        InspectionPipeline pipeline = Pipeline(500);
        StripFeed feed = new(pipeline);
        feed.Send(image, StripFeed.Cut(300, 100, 5));
        Strip strip = new(500, 100) { Stamp = StripFeed.Cut(300, 100, 7)[0] };
        pipeline.Accept(strip);

        Assert.False(pipeline.IsPanelOpen);
        feed.Drain();
        Assert.True(pipeline.IsPanelOpen);
    }

    [Fact]
    public void Inspect_BurstsSkippedBeforeTheImage_GivesTheImagesVerdict()
    {
        GrayImage image = Clean(500, 300);
        InspectionPipeline pipeline = Pipeline(500);
        pipeline.Inspect(image, 1);

        PanelVerdict verdict = pipeline.Inspect(image, 5);

        Assert.Equal((5L, Verdict.Accept), (verdict.Burst, verdict.Verdict));
    }

    [Fact]
    public void HasRoomFor_RowsLostToTheGap_AreNotCounted()
    {
        GrayImage image = Clean(500, 3000);
        InspectionPipeline pipeline = Pipeline(500, buffers: 5);
        StripFeed feed = new(pipeline);
        feed.Send(image, StripFeed.Cut(3000, 100, 1)[0]);
        StripStamp last = StripFeed.Cut(3000, 100, 1)[^1];

        Assert.True(pipeline.HasRoomFor(last));
        Assert.True(pipeline.HasRoomFor(last with { Burst = 2 }));
        Assert.False(pipeline.HasRoomFor(last with { FirstLine = new LineIndex(100), LineCount = 2900 }));
        feed.Send(image, last);
        Assert.Equal(0, _counters[InspectionCounter.DroppedTileRows]);
    }

    [Fact]
    public void RestartSource_BurstsCountAfresh_AreTaken()
    {
        GrayImage image = Clean(500, 300);
        InspectionPipeline pipeline = Pipeline(500);
        StripFeed feed = new(pipeline);
        feed.Send(image, StripFeed.Cut(300, 100, 5));
        feed.Send(image, StripFeed.Cut(300, 100, 6).Take(1));
        pipeline.RestartSource();
        feed.Drain();
        feed.Send(image, StripFeed.Cut(300, 100, 1));

        Assert.Equal([Verdict.Accept, Verdict.NotInspected, Verdict.Accept], feed.Verdicts.Select(v => v.Verdict));
    }

    [Theory]
    [InlineData(63)]
    [InlineData(5000)]
    [InlineData(-1)]
    public void Accept_BurstLengthNotAllowed_IsNotInspected(int length)
    {
        GrayImage image = Clean(500, 100);
        InspectionOptions options = Options();
        options.Stitching.MinPanelLines = 64;
        StripFeed feed = new(new InspectionPipeline(options, 500, _inspector, _time, _counters));
        feed.Send(image, StripFeed.Cut(100, 100, 1).Select(s => s with { BurstLineCount = length }));

        PanelVerdict verdict = Assert.Single(feed.Verdicts);
        Assert.Equal((Verdict.NotInspected, NotInspectedReason.Configuration), (verdict.Verdict, verdict.Reason));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-7)]
    public void Accept_EncoderReversedOrJumped_IsNotInspected(int countsPerLine)
    {
        GrayImage image = Clean(500, 300);
        InspectionOptions options = Options();
        options.Stitching.EncoderCountsPerLine = countsPerLine;
        StripFeed feed = new(new InspectionPipeline(options, 500, _inspector, _time, _counters));
        List<StripStamp> stamps = StripFeed.Cut(300, 100, 1);
        stamps[1] = stamps[1] with { Encoder = new EncoderCount(5) };
        feed.Send(image, stamps);

        Assert.Equal((Verdict.NotInspected, NotInspectedReason.Encoder), (feed.Verdicts[0].Verdict, feed.Verdicts[0].Reason));
        Assert.True(_counters[InspectionCounter.EncoderFaults] > 0);
    }

    [Fact]
    public void Accept_EncoderWrapsWithTheRightPitch_IsFine()
    {
        GrayImage image = Clean(500, 300);
        InspectionOptions options = Options();
        options.Stitching.EncoderCountsPerLine = 2;
        StripFeed feed = new(new InspectionPipeline(options, 500, _inspector, _time, _counters));
        feed.Send(image, StripFeed.Cut(300, 100, 1).Select(s => s with { Encoder = s.Encoder.Advance(-1100) }));

        Assert.Equal(Verdict.Accept, feed.Verdicts[0].Verdict);
        Assert.Equal(new EncoderCount(1000).Advance(-1100), feed.Verdicts[0].LeadingEdge);
    }

    [Fact]
    public void Accept_NoBufferFree_DropsTileRowsAndBlamesTheQueue()
    {
        GrayImage image = Clean(500, 3000);
        InspectionPipeline pipeline = Pipeline(500, buffers: 5);
        Strip strip = new(500, 3000);
        image.Pixels.CopyTo(strip.Pixels);
        strip.Stamp = StripFeed.Cut(3000, 3000, 1)[0];
        Assert.False(pipeline.HasRoomFor(strip.Stamp));
        pipeline.Accept(strip);
        StripFeed feed = new(pipeline);
        feed.Drain();

        Assert.Equal((Verdict.NotInspected, NotInspectedReason.Queue), (feed.Verdicts[0].Verdict, feed.Verdicts[0].Reason));
        Assert.Equal((5, 2), (_counters[InspectionCounter.TileRows], _counters[InspectionCounter.DroppedTileRows]));
        Assert.True(pipeline.HasRoomFor(StripFeed.Cut(3000, 1000, 2)[0]));
    }

    [Fact]
    public void Conclude_InferenceFailed_IsNotInspected()
    {
        GrayImage image = Clean(500, 300);
        InspectionPipeline pipeline = Pipeline(500);
        Strip strip = new(500, 300) { Stamp = StripFeed.Cut(300, 300, 1)[0] };
        image.Pixels.CopyTo(strip.Pixels);
        pipeline.Accept(strip);
        Assert.True(pipeline.TryTake(out StitchedPiece row));
        _inspector.Fails = true;
        Assert.Throws<InvalidOperationException>(() => pipeline.Inspect(row.Row!));
        pipeline.Release(row.Row!);
        Assert.True(pipeline.TryTake(out StitchedPiece end));

        PanelVerdict verdict = pipeline.Conclude(end.End);

        Assert.Equal((Verdict.NotInspected, NotInspectedReason.Inference), (verdict.Verdict, verdict.Reason));
    }

    [Fact]
    public void Conclude_AfterTheDeadline_IsNotInspected()
    {
        GrayImage image = Clean(500, 300);
        InspectionPipeline pipeline = Pipeline(500);
        Strip strip = new(500, 300) { Stamp = StripFeed.Cut(300, 300, 1)[0] with { ExposedAt = _time.GetTimestamp() } };
        image.Pixels.CopyTo(strip.Pixels);
        pipeline.Accept(strip);
        _time.Advance(TimeSpan.FromSeconds(2.001));
        StripFeed feed = new(pipeline);
        feed.Drain();

        Assert.Equal((Verdict.NotInspected, NotInspectedReason.Deadline), (feed.Verdicts[0].Verdict, feed.Verdicts[0].Reason));
    }

    [Fact]
    public void LastLineDue_TwoStripsSeen_ExtrapolatesTheirRate()
    {
        InspectionPipeline pipeline = Pipeline(500);
        StripFeed feed = new(pipeline);
        List<StripStamp> stamps = StripFeed.Cut(1000, 100, 1);
        feed.Send(Clean(500, 1000), stamps[0] with { ExposedAt = 1000 });
        feed.Send(Clean(500, 1000), stamps[1] with { ExposedAt = 1200 });

        Assert.True(pipeline.IsPanelOpen);
        Assert.Equal(1200 + (800 * 2), pipeline.LastLineDue);
    }

    [Fact]
    public void Accept_SteadyState_AllocatesNothing()
    {
        GrayImage image = Clean(500, 1000);
        InspectionPipeline pipeline = Pipeline(500);
        Strip strip = new(500, 100);
        long SendPanel(long burst)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int line = 0; line < 1000; line += 100)
            {
                image.Pixels.AsSpan(line * 500, 50_000).CopyTo(strip.Pixels);
                strip.Stamp = new StripStamp(0, burst, new LineIndex(line), 100, 1000, default, 0, StripStatus.Complete);
                pipeline.Accept(strip);
                while (pipeline.TryTake(out StitchedPiece piece))
                {
                    if (piece.Row is { } row)
                    {
                        pipeline.Release(row);
                    }
                }
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        SendPanel(1);
        SendPanel(2);

        Assert.Equal(0, SendPanel(3));
    }

    private static GrayImage Clean(int width, int length)
    {
        GrayImage image = new(width, length);
        Array.Fill(image.Pixels, (byte)128);
        return image;
    }

    private static GrayImage Speckled(int width, int length, int seed)
    {
        GrayImage image = Clean(width, length);
        Random random = new(seed);
        for (int i = 0; i < 150; i++)
        {
            PixelBox box = new(random.Next(width - 60), random.Next(length - 60), random.Next(1, 60), random.Next(1, 40));
            Fill(image, box, (byte)(random.Next(2) == 0 ? random.Next(60) : random.Next(201, 256)));
        }

        // Straight through the corner of four cores, and along the panel's last line.
        Fill(image, new PixelBox(440, 440, 20, 20), 20);
        Fill(image, new PixelBox(0, length - 1, width, 1), 230);
        return image;
    }

    private static void Fill(GrayImage image, PixelBox box, byte level)
    {
        for (int y = box.Y; y < box.Bottom; y++)
        {
            image.Row(y).Slice(box.X, box.Width).Fill(level);
        }
    }

    private static InspectionOptions Options(int buffers = 8)
    {
        InspectionOptions options = new();
        options.Stitching.TileRowBuffers = buffers;
        options.Stitching.MaxPanelLines = 4000;
        return options;
    }

    private InspectionPipeline Pipeline(int width, int buffers = 8) =>
        new(Options(buffers), width, _inspector, _time, _counters);

    /// <summary>A stage that calls every pixel of a tile defective that is said to be outside.</summary>
    private sealed class FireOutside(ThresholdTileInspector inner) : ITileInspector
    {
        private readonly bool[] _isOutside = new bool[inner.MaxTiles];

        public int MaxTiles => inner.MaxTiles;

        public int Fired { get; private set; }

        public Span<byte> Tile(int index) => inner.Tile(index);

        public Span<byte> Inspected(int index)
        {
            _isOutside[index] = false;
            return inner.Inspected(index);
        }

        public void MarkOutside(int index) => _isOutside[index] = true;

        public void Inspect(int tileCount, TileRowFindings findings)
        {
            inner.Inspect(tileCount, findings);
            for (int tile = 0; tile < tileCount; tile++)
            {
                if (_isOutside[tile])
                {
                    findings.WritableDefective(tile).Fill(1);
                    findings.Scores(tile).Fill(1000);
                    Fired++;
                }
            }
        }
    }
}
