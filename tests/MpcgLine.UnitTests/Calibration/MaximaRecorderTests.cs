using MpcgLine.Inspection;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Calibration;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.UnitTests.Calibration;

public sealed class MaximaRecorderTests
{
    private const int Patch = TileGrid.Size / TileRowFindings.PatchCount;

    [Fact]
    public void Inspect_LargestChangeInAPatchThatIsNotInspected_IsNotRecorded()
    {
        var inspector = new FixedInspector();
        inspector.Change(3, 3) = 90;
        inspector.Change(7, 5) = 40;
        // One inspected pixel makes a patch count.
        inspector.Inspected(0)[(((7 * Patch) + 31) * TileGrid.Size) + (5 * Patch) + 31] = 1;
        inspector.Score((7 * 8) + 7, (5 * 8) + 7) = 2.5f;

        TileMaxima maxima = Record(inspector);

        Assert.Equal([40.0], maxima.Changes);
        Assert.Equal([2.5], maxima.Scores);
    }

    [Fact]
    public void Inspect_MarginAndTileWithoutInspectedPixel_RecordsNothing()
    {
        var inspector = new FixedInspector();
        inspector.Inspected(0)[..(Patch * TileGrid.Size)].Fill(1);
        inspector.Score(0, 40) = 5;
        inspector.Change(0, 5) = 50;

        TileMaxima maxima = Record(inspector);

        Assert.Empty(maxima.Scores);
        Assert.Empty(maxima.Changes);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Take_ScoreThatIsNoNumber_NamesTheImage(float score)
    {
        var inspector = new FixedInspector();
        inspector.Inspected(0).Fill(1);
        inspector.Score(50, 50) = score;

        Assert.Contains("part 7", Assert.Throws<DatasetException>(() => Record(inspector)).Message, StringComparison.Ordinal);
    }

    private static TileMaxima Record(FixedInspector inspector)
    {
        var recorder = new MaximaRecorder(inspector);
        recorder.Inspect(1, new TileRowFindings(1));
        return recorder.Take("part 7");
    }

    /// <summary>Gives set scores (negative infinity where none is set) and changes for its one tile.</summary>
    private sealed class FixedInspector : ITileInspector
    {
        private readonly byte[] _tile = new byte[TileGrid.Size * TileGrid.Size];
        private readonly byte[] _inspected = new byte[TileGrid.Size * TileGrid.Size];
        private readonly TileRowFindings _set = new(1);

        public FixedInspector() => _set.Scores(0).Fill(float.NegativeInfinity);

        public int MaxTiles => 1;

        public Span<byte> Tile(int index) => _tile;

        public Span<byte> Inspected(int index) => _inspected;

        public ref float Score(int row, int column) => ref _set.Scores(0)[(row * TileRowFindings.ScoreSize) + column];

        public ref float Change(int row, int column) => ref _set.Changes(0)[(row * TileRowFindings.PatchCount) + column];

        public void Inspect(int tileCount, TileRowFindings findings)
        {
            _set.Scores(0).CopyTo(findings.Scores(0));
            _set.Changes(0).CopyTo(findings.Changes(0));
        }
    }
}
