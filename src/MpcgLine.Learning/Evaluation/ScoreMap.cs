using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Learning.Evaluation;

/// <summary>The scores of one image, one per 4 x 4 px cell, as its tiles answer for them.</summary>
internal sealed class ScoreMap
{
    /// <summary>Edge of a cell, px.</summary>
    public const int Cell = TileRowFindings.ScoreCell;

    private readonly int _width;
    private readonly int _height;
    private readonly int _across;
    private readonly float[] _scores;

    /// <summary>A map of an image of <paramref name="width"/> x <paramref name="height"/> px.</summary>
    /// <param name="width">Columns of the image.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="scores">Row by row; negative infinity where nothing of a cell was inspected.</param>
    public ScoreMap(int width, int height, float[] scores)
    {
        _width = width;
        _height = height;
        _across = (width + Cell - 1) / Cell;
        _scores = scores;
    }

    /// <summary>The image's score: its highest; negative infinity when nothing was inspected.</summary>
    public float Highest => _scores.Max();

    /// <summary>Cells.</summary>
    public int Count => _scores.Length;

    /// <summary>Stitches the cores of a panel's tiles.</summary>
    /// <exception cref="ArgumentException">The recording holds another number of tiles.</exception>
    public static ScoreMap Of(TileRecording tiles, int width, int height)
    {
        TileGrid grid = new(width, height);
        if (tiles.Count != grid.Rows * grid.Columns)
        {
            throw new ArgumentException($"{tiles.Count} tiles were recorded; {grid.Rows} x {grid.Columns} cover {width} x {height} px.", nameof(tiles));
        }

        int across = (width + Cell - 1) / Cell;
        float[] scores = new float[across * ((height + Cell - 1) / Cell)];
        for (int tile = 0; tile < tiles.Count; tile++)
        {
            (int row, int column) = Math.DivRem(tile, grid.Columns);
            PixelBox core = grid.Core(row, column);
            TileOrigin origin = grid.Origin(row, column);
            int cells = (core.Width + Cell - 1) / Cell;
            for (int line = core.Y; line < core.Bottom; line += Cell)
            {
                int source = ((line - origin.Y) / Cell * TileRowFindings.ScoreSize) + ((core.X - origin.X) / Cell);
                tiles.Scores(tile).Slice(source, cells).CopyTo(scores.AsSpan((line / Cell * across) + (core.X / Cell)));
            }
        }

        return new ScoreMap(width, height, scores);
    }

    /// <summary>Score of a cell.</summary>
    public float this[int cell] => _scores[cell];

    /// <summary>Whether any pixel of a cell was inspected.</summary>
    public bool IsInspected(int cell) => !float.IsNegativeInfinity(_scores[cell]);

    /// <summary>The cell of the pixel with an index into the image.</summary>
    public int CellOf(int pixel) => (pixel / _width / Cell * _across) + (pixel % _width / Cell);

    /// <summary>Pixels of a cell that lie in the image: fewer than 16 at its far sides.</summary>
    public int PixelsOf(int cell)
    {
        (int y, int x) = Math.DivRem(cell, _across);
        return Math.Min(Cell, _width - (x * Cell)) * Math.Min(Cell, _height - (y * Cell));
    }
}
