namespace MpcgLine.Inspection.Tiling;

/// <summary>
/// What the inference stage says of one row of tiles; allocated once and reused. Written on the inference thread,
/// valid until the next tile row is inspected into it.
/// </summary>
public sealed class TileRowFindings
{
    private readonly byte[] _defective;
    private readonly bool[] _written;
    private readonly sbyte[] _residual;
    private readonly float[] _scores;
    private readonly float[] _changes;

    /// <summary>Allocates for up to <paramref name="tileCapacity"/> tiles.</summary>
    public TileRowFindings(int tileCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tileCapacity);
        TileCapacity = tileCapacity;
        _defective = new byte[tileCapacity * TileSize * TileSize];
        _written = new bool[tileCapacity];
        _residual = new sbyte[tileCapacity * TileSize * TileSize];
        _scores = new float[tileCapacity * ScoreSize * ScoreSize];
        _changes = new float[tileCapacity * PatchCount * PatchCount];
    }

    /// <summary>Edge of a tile, px.</summary>
    public const int TileSize = 512;

    /// <summary>Edge, in px, of the square cell one score stands for.</summary>
    public const int ScoreCell = 4;

    /// <summary>Scores along a tile's edge.</summary>
    public const int ScoreSize = TileSize / ScoreCell;

    /// <summary>Patches of the regional analysis along a tile's edge.</summary>
    public const int PatchCount = 16;

    /// <summary>Most tiles of one row.</summary>
    public int TileCapacity { get; }

    /// <summary>Tiles inspected by the last call.</summary>
    public int TileCount { get; set; }

    /// <summary>The limit the scores were compared with.</summary>
    public float Threshold { get; set; }

    /// <summary>Defective pixels of a tile, <c>[512, 512]</c>, 1 defective, 0 sound.</summary>
    public ReadOnlySpan<byte> Defective(int tile) => _defective.AsSpan(tile * TileSize * TileSize, TileSize * TileSize);

    /// <summary>Whether a tile may have defective pixels; false for most, whose pixels need not be looked at.</summary>
    public bool MayBeDefective(int tile) => _written[tile];

    /// <summary>The same pixels, to be written; what was written before is still there.</summary>
    public Span<byte> WritableDefective(int tile)
    {
        _written[tile] = true;
        return _defective.AsSpan(tile * TileSize * TileSize, TileSize * TileSize);
    }

    /// <summary>Makes all pixels of a tile sound.</summary>
    public void ClearDefective(int tile)
    {
        if (_written[tile])
        {
            WritableDefective(tile).Clear();
            _written[tile] = false;
        }
    }

    /// <summary>Says of a tile that none of it may be judged.</summary>
    public void MarkOutside(int tile)
    {
        ClearDefective(tile);
        Residual(tile).Clear();
        Changes(tile).Clear();
        Scores(tile).Fill(float.NegativeInfinity);
    }

    /// <summary>Signed residual of a tile, <c>[512, 512]</c>, tile minus background in gray levels, clamped to -127..127.</summary>
    public Span<sbyte> Residual(int tile) => _residual.AsSpan(tile * TileSize * TileSize, TileSize * TileSize);

    /// <summary>Fusion scores of a tile, <c>[128, 128]</c>, one per 4 x 4 px cell.</summary>
    public Span<float> Scores(int tile) => _scores.AsSpan(tile * ScoreSize * ScoreSize, ScoreSize * ScoreSize);

    /// <summary>Change of the DCT feature per patch, <c>[16, 16]</c>, <c>|f(src) - f(rec)|</c> in gray levels (Eq. 20).</summary>
    public Span<float> Changes(int tile) => _changes.AsSpan(tile * PatchCount * PatchCount, PatchCount * PatchCount);
}
