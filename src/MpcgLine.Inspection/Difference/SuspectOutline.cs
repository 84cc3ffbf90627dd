using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Inspection.Difference;

/// <summary>
/// Draws the defective pixels inside suspected cells: where the smoothed residual reaches half of its local peak.
/// Touches only what is suspected, so a clean tile costs one pass over its scores. One caller at a time.
/// </summary>
internal sealed class SuspectOutline
{
    private const int Tile = TileRowFindings.TileSize;
    private const int Cell = TileRowFindings.ScoreCell;
    private const int Cells = TileRowFindings.ScoreSize;

    // Cells looked at at once.
    private const int Lanes = 16;

    // Half maximum, the usual definition of a blurred object's border.
    private const float BorderFraction = 0.5f;

    // The peak is sought this many cells around, so that a strip's faint end is not measured by its strong middle.
    private const int PeakReach = 2;

    // Strong is a cell scored half as high above the threshold as the best one this many cells around. What hangs together
    // with none of them is a defect's halo (hysteresis, as edges are followed).
    private const float StrongFraction = 0.5f;
    private const int StrongReach = 4;

    // Drawn, and not yet known to hang together with a strong cell.
    private const byte Tentative = 2;

    // Pixels around an area that tell the level the residual returns to.
    private const int BaselineReach = 12;

    private readonly bool[] _suspect = new bool[Cells * Cells];
    private readonly int[] _area = new int[Cells * Cells];
    private readonly int[] _stack = new int[Cells * Cells];
    private readonly float[] _cellPeak = new float[Cells * Cells];
    private readonly float[] _smooth = new float[Tile * Tile];
    private readonly int[] _pixels = new int[Tile * Tile];

    /// <summary>
    /// Draws one tile by its scores and its residual. The scores of cells without an inspected pixel become negative
    /// infinity, those of cells drawn into beside a suspected area its highest.
    /// </summary>
    /// <param name="findings">Defective pixels are overwritten.</param>
    /// <param name="tile">Which tile.</param>
    /// <param name="threshold">A cell is suspected from this score on.</param>
    /// <param name="inspected"><c>[512, 512]</c>, 1 where a pixel counts.</param>
    public void Draw(TileRowFindings findings, int tile, float threshold, ReadOnlySpan<byte> inspected)
    {
        Span<float> scores = findings.Scores(tile);
        findings.ClearDefective(tile);
        if (!MarkSuspects(scores, threshold, inspected))
        {
            return;
        }

        ReadOnlySpan<sbyte> residual = findings.Residual(tile);
        Span<byte> defective = findings.WritableDefective(tile);
        Array.Clear(_area);
        int areas = 0;
        for (int start = 0; start < _suspect.Length; start++)
        {
            if (_suspect[start] && _area[start] == 0)
            {
                CellBox box = Collect(start, ++areas);
                DrawArea(areas, box, threshold, scores, residual, inspected, defective);
            }
        }
    }

    private bool MarkSuspects(Span<float> scores, float threshold, ReadOnlySpan<byte> inspected)
    {
        // Four pixels in a word, and so a cell in four words, a row of the tile apart.
        ReadOnlySpan<Vector512<uint>> words = MemoryMarshal.Cast<byte, Vector512<uint>>(inspected);
        Span<Vector512<float>> sixteens = MemoryMarshal.Cast<float, Vector512<float>>(scores);
        Vector512<float> limit = Vector512.Create(threshold), never = Vector512.Create(float.NegativeInfinity);
        const int perRow = Cells / Lanes;
        bool any = false;
        Array.Clear(_suspect);
        for (int i = 0; i < sixteens.Length; i++)
        {
            int first = (i / perRow * perRow * Cell) + (i % perRow);
            Vector512<uint> pixels = words[first] | words[first + perRow] | words[first + (2 * perRow)] | words[first + (3 * perRow)];
            sixteens[i] = Vector512.ConditionalSelect(Vector512.Equals(pixels, Vector512<uint>.Zero).AsSingle(), never, sixteens[i]);
            if (Vector512.GreaterThanOrEqualAny(sixteens[i], limit))
            {
                any |= MarkSuspects(scores, threshold, i * Lanes);
            }
        }

        return any;
    }

    private bool MarkSuspects(ReadOnlySpan<float> scores, float threshold, int first)
    {
        bool any = false;
        for (int i = first; i < first + Lanes; i++)
        {
            _suspect[i] = scores[i] >= threshold && IsCore(i % Cells) && IsCore(i / Cells);
            any |= _suspect[i];
        }

        return any;
    }

    /// <summary>The margin is a neighbour's core, or reflection: the network sees too little around it to be trusted there.</summary>
    private static bool IsCore(int cell) => cell is >= TileGrid.Margin / Cell and < Cells - (TileGrid.Margin / Cell);

    /// <summary>Gathers the suspected cells joined to <paramref name="start"/> (8-connected) under one number.</summary>
    private CellBox Collect(int start, int number)
    {
        int depth = 0;
        _stack[depth++] = start;
        _area[start] = number;
        var box = new CellBox(start % Cells, start / Cells, start % Cells, start / Cells);
        while (depth > 0)
        {
            int cell = _stack[--depth];
            int cx = cell % Cells, cy = cell / Cells;
            box = box.With(cx, cy);
            for (int y = Math.Max(0, cy - 1); y <= Math.Min(Cells - 1, cy + 1); y++)
            {
                for (int x = Math.Max(0, cx - 1); x <= Math.Min(Cells - 1, cx + 1); x++)
                {
                    int next = (y * Cells) + x;
                    if (_suspect[next] && _area[next] == 0)
                    {
                        _area[next] = number;
                        _stack[depth++] = next;
                    }
                }
            }
        }

        return box;
    }

    private void DrawArea(
        int number, CellBox box, float threshold, Span<float> scores, ReadOnlySpan<sbyte> residual, ReadOnlySpan<byte> inspected, Span<byte> defective)
    {
        CellBox grown = box.Grow(1);
        Smooth(number, grown, residual);
        float level = Baseline(number, box, residual, inspected);
        float sign = FindPeaks(number, grown, level, inspected);
        for (int cy = grown.Top; cy <= grown.Bottom; cy++)
        {
            for (int cx = grown.Left; cx <= grown.Right; cx++)
            {
                if (!Touches(number, cx, cy, 1))
                {
                    continue;
                }

                float limit = BorderFraction * LocalPeak(grown, cx, cy);
                for (int y = cy * Cell; y < (cy + 1) * Cell; y++)
                {
                    for (int x = cx * Cell; x < (cx + 1) * Cell; x++)
                    {
                        int i = (y * Tile) + x;
                        if (inspected[i] != 0 && defective[i] == 0 && limit > 0 && sign * (_smooth[i] - level) >= limit)
                        {
                            defective[i] = Tentative;
                        }
                    }
                }
            }
        }

        int drawn = KeepWhatTouchesAStrongCell(number, grown, threshold, scores, defective);
        float score = HighestScore(number, box, scores);
        for (int cy = grown.Top; cy <= grown.Bottom; cy++)
        {
            for (int cx = grown.Left; cx <= grown.Right; cx++)
            {
                // What is drawn beside the suspected cells belongs to them, and is scored like them.
                if (Touches(number, cx, cy, 1) && AnyDrawn(cx, cy, defective))
                {
                    scores[(cy * Cells) + cx] = Math.Max(scores[(cy * Cells) + cx], score);
                }
            }
        }

        if (drawn < Cell * Cell)
        {
            FillCells(number, box, inspected, defective);
        }
    }

    /// <summary>
    /// Makes tentative pixels that hang together with one in a strong cell defective, and the others sound: beside a defect,
    /// structure that the reconstruction does not know leaves a residual too.
    /// </summary>
    /// <returns>Pixels kept.</returns>
    private int KeepWhatTouchesAStrongCell(int number, CellBox grown, float threshold, ReadOnlySpan<float> scores, Span<byte> defective)
    {
        int kept = 0, depth = 0;
        void Keep(int pixel, Span<byte> drawn)
        {
            drawn[pixel] = 1;
            _pixels[depth++] = pixel;
            kept++;
        }

        for (int cy = grown.Top; cy <= grown.Bottom; cy++)
        {
            for (int cx = grown.Left; cx <= grown.Right; cx++)
            {
                bool isStrong = IsStrong(number, cx, cy, threshold, scores);
                for (int i = 0; isStrong && i < Cell * Cell; i++)
                {
                    int pixel = (((cy * Cell) + (i / Cell)) * Tile) + (cx * Cell) + (i % Cell);
                    if (defective[pixel] == Tentative)
                    {
                        Keep(pixel, defective);
                    }
                }
            }
        }

        while (depth > 0)
        {
            int pixel = _pixels[--depth];
            for (int y = Math.Max(0, (pixel / Tile) - 1); y <= Math.Min(Tile - 1, (pixel / Tile) + 1); y++)
            {
                for (int x = Math.Max(0, (pixel % Tile) - 1); x <= Math.Min(Tile - 1, (pixel % Tile) + 1); x++)
                {
                    if (defective[(y * Tile) + x] == Tentative)
                    {
                        Keep((y * Tile) + x, defective);
                    }
                }
            }
        }

        for (int y = grown.Top * Cell; y < (grown.Bottom + 1) * Cell; y++)
        {
            foreach (ref byte pixel in defective.Slice((y * Tile) + (grown.Left * Cell), (grown.Right - grown.Left + 1) * Cell))
            {
                pixel = pixel == Tentative ? (byte)0 : pixel;
            }
        }

        return kept;
    }

    /// <summary>Whether a cell of the area is strong beside its neighbours.</summary>
    private bool IsStrong(int number, int cx, int cy, float threshold, ReadOnlySpan<float> scores)
    {
        if (_area[(cy * Cells) + cx] != number)
        {
            return false;
        }

        float best = threshold;
        for (int y = Math.Max(0, cy - StrongReach); y <= Math.Min(Cells - 1, cy + StrongReach); y++)
        {
            for (int x = Math.Max(0, cx - StrongReach); x <= Math.Min(Cells - 1, cx + StrongReach); x++)
            {
                best = _area[(y * Cells) + x] == number ? Math.Max(best, scores[(y * Cells) + x]) : best;
            }
        }

        return scores[(cy * Cells) + cx] - threshold >= StrongFraction * (best - threshold);
    }

    private static bool AnyDrawn(int cx, int cy, ReadOnlySpan<byte> defective)
    {
        for (int y = cy * Cell; y < (cy + 1) * Cell; y++)
        {
            if (defective.Slice((y * Tile) + (cx * Cell), Cell).ContainsAnyExcept((byte)0))
            {
                return true;
            }
        }

        return false;
    }

    private float HighestScore(int number, CellBox box, ReadOnlySpan<float> scores)
    {
        float highest = float.NegativeInfinity;
        for (int cy = box.Top; cy <= box.Bottom; cy++)
        {
            for (int cx = box.Left; cx <= box.Right; cx++)
            {
                int cell = (cy * Cells) + cx;
                highest = _area[cell] == number ? Math.Max(highest, scores[cell]) : highest;
            }
        }

        return highest;
    }

    /// <summary>
    /// All of the area's cells: where the reconstruction shows the defect too there is little residual to draw by, and
    /// what was suspected must not vanish, nor fall below the smallest area that counts.
    /// </summary>
    private void FillCells(int number, CellBox box, ReadOnlySpan<byte> inspected, Span<byte> defective)
    {
        for (int y = box.Top * Cell; y < (box.Bottom + 1) * Cell; y++)
        {
            for (int x = box.Left * Cell; x < (box.Right + 1) * Cell; x++)
            {
                if (_area[(y / Cell * Cells) + (x / Cell)] == number)
                {
                    defective[(y * Tile) + x] = inspected[(y * Tile) + x];
                }
            }
        }
    }

    /// <summary>3 x 3 means, taken twice by weights 1 2 3 2 1 in each direction, over the pixels of the area and of the cells it touches.</summary>
    private void Smooth(int number, CellBox box, ReadOnlySpan<sbyte> residual)
    {
        for (int cy = box.Top; cy <= box.Bottom; cy++)
        {
            for (int cx = box.Left; cx <= box.Right; cx++)
            {
                if (!Touches(number, cx, cy, 1))
                {
                    continue;
                }

                for (int i = 0; i < Cell * Cell; i++)
                {
                    int x = (cx * Cell) + (i % Cell), y = (cy * Cell) + (i / Cell);
                    _smooth[(y * Tile) + x] = SmoothAt(x, y, residual);
                }
            }
        }
    }

    private static float SmoothAt(int x, int y, ReadOnlySpan<sbyte> residual)
    {
        float sum = 0, weights = 0;
        for (int yy = Math.Max(0, y - 2); yy <= Math.Min(Tile - 1, y + 2); yy++)
        {
            for (int xx = Math.Max(0, x - 2); xx <= Math.Min(Tile - 1, x + 2); xx++)
            {
                float w = (3 - Math.Abs(yy - y)) * (3 - Math.Abs(xx - x));
                sum += w * residual[(yy * Tile) + xx];
                weights += w;
            }
        }

        return sum / weights;
    }

    /// <summary>Mean residual around the area, outside every suspected cell: the background's own error there.</summary>
    private float Baseline(int number, CellBox box, ReadOnlySpan<sbyte> residual, ReadOnlySpan<byte> inspected)
    {
        CellBox around = box.Grow(BaselineReach / Cell);
        long sum = 0, count = 0;
        for (int cy = around.Top; cy <= around.Bottom; cy++)
        {
            for (int cx = around.Left; cx <= around.Right; cx++)
            {
                if (_suspect[(cy * Cells) + cx] || Touches(number, cx, cy, 1))
                {
                    continue;
                }

                for (int y = cy * Cell; y < (cy + 1) * Cell; y++)
                {
                    for (int x = cx * Cell; x < (cx + 1) * Cell; x++)
                    {
                        if (inspected[(y * Tile) + x] != 0)
                        {
                            sum += residual[(y * Tile) + x];
                            count++;
                        }
                    }
                }
            }
        }

        return count == 0 ? 0 : (float)sum / count;
    }

    /// <summary>Sign of the area's strongest excursion; leaves every cell's peak in that sign.</summary>
    private float FindPeaks(int number, CellBox box, float level, ReadOnlySpan<byte> inspected)
    {
        float highest = 0, lowest = 0;
        for (int cy = box.Top; cy <= box.Bottom; cy++)
        {
            for (int cx = box.Left; cx <= box.Right; cx++)
            {
                if (_area[(cy * Cells) + cx] == number)
                {
                    (float low, float high) = Range(cx, cy, level, inspected);
                    highest = Math.Max(highest, high);
                    lowest = Math.Min(lowest, low);
                }
            }
        }

        float sign = highest >= -lowest ? 1 : -1;
        for (int cy = box.Top; cy <= box.Bottom; cy++)
        {
            for (int cx = box.Left; cx <= box.Right; cx++)
            {
                float peak = 0;
                if (_area[(cy * Cells) + cx] == number)
                {
                    (float low, float high) = Range(cx, cy, level, inspected);
                    peak = sign > 0 ? high : -low;
                }

                _cellPeak[(cy * Cells) + cx] = peak;
            }
        }

        return sign;
    }

    private (float Low, float High) Range(int cx, int cy, float level, ReadOnlySpan<byte> inspected)
    {
        float low = 0, high = 0;
        for (int y = cy * Cell; y < (cy + 1) * Cell; y++)
        {
            for (int x = cx * Cell; x < (cx + 1) * Cell; x++)
            {
                if (inspected[(y * Tile) + x] == 0)
                {
                    continue;
                }

                float value = _smooth[(y * Tile) + x] - level;
                low = Math.Min(low, value);
                high = Math.Max(high, value);
            }
        }

        return (low, high);
    }

    private float LocalPeak(CellBox box, int cx, int cy)
    {
        float peak = 0;
        for (int y = Math.Max(box.Top, cy - PeakReach); y <= Math.Min(box.Bottom, cy + PeakReach); y++)
        {
            for (int x = Math.Max(box.Left, cx - PeakReach); x <= Math.Min(box.Right, cx + PeakReach); x++)
            {
                peak = Math.Max(peak, _cellPeak[(y * Cells) + x]);
            }
        }

        return peak;
    }

    private bool Touches(int number, int cx, int cy, int reach)
    {
        for (int y = Math.Max(0, cy - reach); y <= Math.Min(Cells - 1, cy + reach); y++)
        {
            for (int x = Math.Max(0, cx - reach); x <= Math.Min(Cells - 1, cx + reach); x++)
            {
                if (_area[(y * Cells) + x] == number)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Inclusive box of cells.</summary>
    private readonly record struct CellBox(int Left, int Top, int Right, int Bottom)
    {
        public CellBox With(int x, int y) =>
            new(Math.Min(Left, x), Math.Min(Top, y), Math.Max(Right, x), Math.Max(Bottom, y));

        public CellBox Grow(int by) =>
            new(Math.Max(0, Left - by), Math.Max(0, Top - by), Math.Min(Cells - 1, Right + by), Math.Min(Cells - 1, Bottom + by));
    }
}
