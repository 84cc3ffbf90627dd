using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Learning.Evaluation;

/// <summary>Ranks the pixels of images: each has its cell's score; cells of which nothing was inspected are left out.</summary>
internal static class PixelRanking
{
    /// <summary>Adds one image.</summary>
    /// <param name="ranking">Added to.</param>
    /// <param name="scores">Scores of the image.</param>
    /// <param name="mask">Its mask; null for a good image.</param>
    public static void Add(RankedScores ranking, ScoreMap scores, GrayImage? mask)
    {
        Dictionary<int, (int Pixels, double Overlap)> marked = mask is null ? [] : MarkedCells(scores, mask);
        for (int cell = 0; cell < scores.Count; cell++)
        {
            if (scores.IsInspected(cell))
            {
                (int positives, double overlap) = marked.GetValueOrDefault(cell);
                ranking.Add(scores[cell], positives, scores.PixelsOf(cell) - positives, (float)overlap);
            }
        }
    }

    /// <summary>Per cell its defective pixels and what they are of their regions; a region is 8-connected, of any area.</summary>
    private static Dictionary<int, (int Pixels, double Overlap)> MarkedCells(ScoreMap scores, GrayImage mask)
    {
        Dictionary<int, (int Pixels, double Overlap)> marked = [];
        foreach (int[] component in MaskComponents.Find(mask, MaskComponents.EightConnected))
        {
            int[] cells = [.. component.Select(scores.CellOf).Where(scores.IsInspected)];
            foreach (int cell in cells)
            {
                (int pixels, double overlap) = marked.GetValueOrDefault(cell);
                marked[cell] = (pixels + 1, overlap + (1.0 / cells.Length));
            }
        }

        return marked;
    }
}
