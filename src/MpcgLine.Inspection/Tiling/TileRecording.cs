using System.Runtime.InteropServices;

namespace MpcgLine.Inspection.Tiling;

/// <summary>
/// Scores and residuals of one panel's tiles in the order in which they were inspected, row by row: all that another
/// threshold needs to be tried without the networks. One caller at a time.
/// </summary>
public sealed class TileRecording
{
    private const int ScoreBytes = TileRowFindings.ScoreSize * TileRowFindings.ScoreSize * sizeof(float);
    private const int TileBytes = ScoreBytes + (TileRowFindings.TileSize * TileRowFindings.TileSize);

    private byte[] _content = [];

    /// <summary>Tiles recorded.</summary>
    public int Count { get; private set; }

    /// <summary>Scores of a tile, <c>[128, 128]</c>; negative infinity where no pixel of the cell is inspected.</summary>
    public ReadOnlySpan<float> Scores(int tile) => MemoryMarshal.Cast<byte, float>(Content(tile)[..ScoreBytes]);

    /// <summary>Residual of a tile, <c>[512, 512]</c>, as in <see cref="TileRowFindings.Residual"/>.</summary>
    public ReadOnlySpan<sbyte> Residual(int tile) => MemoryMarshal.Cast<byte, sbyte>(Content(tile)[ScoreBytes..]);

    /// <summary>Forgets all tiles.</summary>
    public void Clear() => Count = 0;

    /// <summary>Copies one tile's findings to the end.</summary>
    public void Add(TileRowFindings findings, int tile)
    {
        ArgumentNullException.ThrowIfNull(findings);
        MakeRoom(Count + 1);
        Span<byte> content = Content(Count++);
        MemoryMarshal.AsBytes(findings.Scores(tile)).CopyTo(content);
        MemoryMarshal.AsBytes(findings.Residual(tile)).CopyTo(content[ScoreBytes..]);
    }

    /// <summary>Writes all tiles.</summary>
    public void WriteTo(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(_content.AsSpan(0, Count * TileBytes));
    }

    /// <summary>Replaces all tiles by <paramref name="count"/> that were written before.</summary>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    public void ReadFrom(Stream stream, int count)
    {
        ArgumentNullException.ThrowIfNull(stream);
        MakeRoom(count);
        stream.ReadExactly(_content.AsSpan(0, count * TileBytes));
        Count = count;
    }

    private Span<byte> Content(int tile) => _content.AsSpan(tile * TileBytes, TileBytes);

    private void MakeRoom(int tiles)
    {
        int needed = checked(tiles * TileBytes);
        if (needed > _content.Length)
        {
            Array.Resize(ref _content, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _content.Length)));
        }
    }
}
