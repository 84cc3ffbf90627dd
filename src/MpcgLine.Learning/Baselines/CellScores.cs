using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Learning.Baselines;

/// <summary>Scores of cells of 4 x 4 px from maps of pixels.</summary>
internal static class CellScores
{
    private const int Size = TileRowFindings.TileSize, Cell = TileRowFindings.ScoreCell, Cells = TileRowFindings.ScoreSize;

    /// <summary>Every cell gets the largest distance of its inspected pixels; negative infinity without any.</summary>
    /// <param name="distance"><c>[512, 512]</c>.</param>
    /// <param name="inspected"><c>[512, 512]</c>, 1 where a pixel counts.</param>
    /// <param name="scores"><c>[128, 128]</c>, overwritten.</param>
    public static void Highest(ReadOnlySpan<float> distance, ReadOnlySpan<byte> inspected, Span<float> scores)
    {
        scores.Fill(float.NegativeInfinity);
        for (int i = 0; i < distance.Length; i++)
        {
            if (inspected[i] != 0)
            {
                ref float score = ref scores[(i / Size / Cell * Cells) + (i % Size / Cell)];
                score = Math.Max(score, distance[i]);
            }
        }
    }

    /// <summary>Sets cells without an inspected pixel to negative infinity.</summary>
    public static void LeaveOut(ReadOnlySpan<byte> inspected, Span<float> scores)
    {
        for (int cell = 0; cell < scores.Length; cell++)
        {
            int first = (cell / Cells * Cell * Size) + (cell % Cells * Cell);
            bool any = false;
            for (int line = 0; line < Cell && !any; line++)
            {
                any = inspected.Slice(first + (line * Size), Cell).ContainsAnyExcept((byte)0);
            }

            scores[cell] = any ? scores[cell] : float.NegativeInfinity;
        }
    }
}
