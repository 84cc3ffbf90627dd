using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Inspection.Stitching;

/// <summary>
/// Finds where the plain material of a web begins and ends across, whatever lies beside it (bright table, belt) and
/// whatever its own rim looks like (selvedge, fray). Two numbers describe a column within a block of lines: its mean
/// gray level and its texture. From the inside outwards, each column is compared with the plain material next to it, a
/// reference that follows slow changes of illumination; a column that differs in most blocks is odd. The material begins
/// at the outermost column behind which the columns are plain but for a few, and inspection behind the last odd ones
/// of those (the selvedge).
/// </summary>
/// <remarks>
/// A defect is not taken for the rim: a mark is odd in few of the blocks, and a crease along the web has plain material
/// outside of it. Only an odd stripe over most of the lines and within <see cref="RimReach"/> px of the rim is counted
/// as part of it. The edges are upright within one tile row.
/// </remarks>
internal sealed class WebEdgeFinder : PartEdgeFinder
{
    /// <summary>Shortest line, px, that leaves room for a rim on both sides and a reference between.</summary>
    public const int SmallestWidth = EdgeOptions.SmallestWebWidth;

    private const int Reference = 192;
    private const int RimReach = 160;
    private const int AllowedOdd = 48;
    private const int ReferenceGap = 16;
    private const int TextureStep = 3;
    private const int LineSamples = 128;
    private const int Blocks = 4;
    private const int OddBlocks = 3;

    // Measured on 85 fabric strips (two fabrics, bright table and belt, three kinds of selvedge): plain columns stay
    // within 5 % of level and 0.85 .. 1.3 of texture of the reference, belts and selvedges do not.
    private const float LevelTolerance = 0.09f;
    private const float LeastTexture = 0.72f;
    private const float MostTexture = 1.5f;
    private const float Follow = 1f / 96;

    private readonly EdgeOptions _options;
    private readonly PartSize _size;
    private readonly int _width;
    private readonly int _search;
    private readonly float[][] _level = new float[Blocks][];
    private readonly float[][] _texture = new float[Blocks][];
    private readonly float[] _smooth;
    private readonly byte[] _odd;

    public WebEdgeFinder(EdgeOptions options, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, SmallestWidth);
        _options = options;
        _size = new PartSize(options);
        _width = width;
        _search = Math.Min((int)(width * options.SearchFraction), width - (2 * Reference));
        for (int block = 0; block < Blocks; block++)
        {
            _level[block] = new float[width];
            _texture[block] = new float[width];
        }

        _smooth = new float[width];
        _odd = new byte[width];
    }

    public override void Begin(in PanelStamp panel)
    {
    }

    public override NotInspectedReason Find(TileRow row)
    {
        for (int block = 0; block < Blocks; block++)
        {
            Measure(row, block);
            Smooth(_level[block], 2);
            Smooth(_texture[block], 4);
        }

        int left = Rim();
        for (int block = 0; block < Blocks; block++)
        {
            Array.Reverse(_level[block]);
            Array.Reverse(_texture[block]);
        }

        int right = Rim();
        if (left < 0 || right < 0)
        {
            return NotInspectedReason.Camera;
        }

        // A rim at the image border is no edge: the material goes on beyond it.
        EdgeLine? leftEdge = left > 0 ? new EdgeLine(left - 0.5, 0) : null;
        EdgeLine? rightEdge = right > 0 ? new EdgeLine(_width - right - 0.5, 0) : null;
        row.Edges = new PartEdges(leftEdge, rightEdge, null, null);
        row.Area = row.Area with
        {
            Left = leftEdge?.Shift(_options.InsidePixels) ?? row.Area.Left,
            Right = rightEdge?.Shift(-_options.InsidePixels) ?? row.Area.Right,
        };
        return _size.IsWidth(_width - left - right) ? NotInspectedReason.None : NotInspectedReason.Configuration;
    }

    // Sums over some lines of a block: level, and absolute difference to the pixel 3 px on in both directions.
    private void Measure(TileRow row, int block)
    {
        float[] levels = _level[block];
        float[] textures = _texture[block];
        Array.Clear(levels);
        Array.Clear(textures);
        int lines = row.EndLine - row.FirstLine - TextureStep;
        int step = Math.Max(1, lines / LineSamples);
        for (int y = lines * block / Blocks; y < lines * (block + 1) / Blocks; y += step)
        {
            ReadOnlySpan<byte> line = row.Line(row.FirstLine + y);
            ReadOnlySpan<byte> below = row.Line(row.FirstLine + y + TextureStep);
            for (int x = 0; x < line.Length; x++)
            {
                int level = line[x];
                int across = line[Math.Min(x + TextureStep, line.Length - 1)];
                levels[x] += level;
                textures[x] += Math.Abs(level - across) + Math.Abs(level - below[x]);
            }
        }
    }

    private void Smooth(float[] values, int reach)
    {
        for (int x = 0; x < _width; x++)
        {
            float sum = 0;
            for (int i = -reach; i <= reach; i++)
            {
                sum += values[Math.Clamp(x + i, 0, _width - 1)];
            }

            _smooth[x] = sum;
        }

        _smooth.CopyTo(values, 0);
    }

    // Columns, from the border at index 0, that belong to the surroundings and the rim; -1 when no plain material is found.
    private int Rim()
    {
        Array.Clear(_odd);
        for (int block = 0; block < Blocks; block++)
        {
            CountOddColumns(_level[block], _texture[block]);
        }

        int odd = 0;
        for (int x = 0; x < Reference; x++)
        {
            odd += IsOdd(x) ? 1 : 0;
        }

        for (int x = 0; x < _search; x++)
        {
            if (!IsOdd(x) && odd <= AllowedOdd)
            {
                return x <= TextureStep + 5 ? 0 : EndOfRim(x);
            }

            odd += (IsOdd(x + Reference) ? 1 : 0) - (IsOdd(x) ? 1 : 0);
        }

        return -1;
    }

    private bool IsOdd(int column) => _odd[column] >= OddBlocks;

    private int EndOfRim(int start)
    {
        int rim = start;
        int run = 0;
        for (int x = start; x < Math.Min(_search, start + RimReach); x++)
        {
            run = IsOdd(x) ? run + 1 : 0;
            rim = run >= 3 ? x + 1 : rim;
        }

        return rim;
    }

    private void CountOddColumns(float[] levels, float[] textures)
    {
        float level = 0;
        float texture = 0;
        for (int x = _search; x < _search + Reference; x++)
        {
            level += levels[x] / Reference;
            texture += textures[x] / Reference;
        }

        for (int x = _search - 1; x >= 0; x--)
        {
            if (IsUnlike(levels[x], textures[x], level, texture))
            {
                _odd[x]++;
            }

            // The reference keeps a distance, so that a rim does not pull it before it is seen.
            int behind = x + ReferenceGap;
            if (behind < _search && !IsUnlike(levels[behind], textures[behind], level, texture))
            {
                level += Follow * (levels[behind] - level);
                texture += Follow * (textures[behind] - texture);
            }
        }
    }

    private static bool IsUnlike(float level, float texture, float plainLevel, float plainTexture) =>
        Math.Abs(level - plainLevel) > LevelTolerance * plainLevel
        || texture < LeastTexture * plainTexture
        || texture > MostTexture * plainTexture;
}
