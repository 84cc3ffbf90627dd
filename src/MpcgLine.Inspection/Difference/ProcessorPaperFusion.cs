using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Inspection.Difference;

/// <summary>
/// <see cref="PaperFusion"/> for one tile on the processor: one pass for mu and sigma, and another over the suspect patches
/// alone, most often none. As a dozen operations on whole maps, most of the time went into moving memory.
/// </summary>
internal static class ProcessorPaperFusion
{
    private const int Size = TileRowFindings.TileSize, Cell = TileRowFindings.ScoreCell, Cells = TileRowFindings.ScoreSize;
    private const int Patch = RegionalAnalysis.PatchSize;

    /// <summary>Fuses one tile.</summary>
    /// <param name="batch">The tile's maps, on the processor.</param>
    /// <param name="epsilon">Limit on the feature's change, gray levels.</param>
    /// <param name="smallest">Least residual of a defective pixel, and least sigma that scores are divided by, gray levels.</param>
    /// <param name="tile">Which tile of the findings.</param>
    /// <param name="findings">Its defective pixels and scores are overwritten.</param>
    public static void Fuse(in TileBatch batch, float epsilon, float smallest, int tile, TileRowFindings findings)
    {
        ByteLevels source = ByteLevels.Of(batch.Tiles);
        ReadOnlySpan<float> background = batch.Reconstruction.Singles();
        ReadOnlySpan<float> change = batch.Change.Singles();
        ReadOnlySpan<byte> inspected = batch.Inspected.Bytes();
        (float mu, float sigma) = Statistics(source, background, inspected);
        float limit = mu + (PaperFusion.Gamma * sigma), divisor = MathF.Max(sigma, smallest);
        findings.ClearDefective(tile);
        Span<float> scores = findings.Scores(tile);
        scores.Fill(-mu / divisor);
        for (int patch = 0; patch < change.Length; patch++)
        {
            if (!(change[patch] > epsilon))
            {
                continue;
            }

            Span<byte> defective = findings.WritableDefective(tile);
            int row = patch / TileRowFindings.PatchCount, column = patch % TileRowFindings.PatchCount;
            for (int y = row * Patch; y < (row + 1) * Patch; y++)
            {
                for (int x = column * Patch; x < (column + 1) * Patch; x++)
                {
                    int i = (y * Size) + x;
                    float masked = inspected[i] == 0 ? 0 : MathF.Abs(source[i] - background[i]);
                    defective[i] = masked >= limit && masked > smallest ? (byte)1 : (byte)0;
                    ref float score = ref scores[(y / Cell * Cells) + (x / Cell)];
                    score = MathF.Max(score, (masked - mu) / divisor);
                }
            }
        }
    }

    /// <summary>Mean and deviation of the residual over the inspected pixels; NaN where any residual among them is.</summary>
    private static (float Mu, float Sigma) Statistics(ByteLevels source, ReadOnlySpan<float> background, ReadOnlySpan<byte> inspected)
    {
        var area = new ByteLevels(inspected);
        var reconstruction = new SingleLevels(background);
        double pixels = 0, sum = 0, squares = 0;
        for (int first = 0; first < area.Count; first += Size)
        {
            Vector512<float> rowPixels = Vector512<float>.Zero, rowSum = Vector512<float>.Zero, rowSquares = Vector512<float>.Zero;
            for (int i = first; i < first + Size; i += Vector512<float>.Count)
            {
                Vector512<float> weight = area.Sixteen(i);
                Vector512<float> residual = Vector512.Abs(source.Sixteen(i) - reconstruction.Sixteen(i)) * weight;
                rowPixels += weight;
                rowSum += residual;
                rowSquares += residual * residual;
            }

            pixels += Vector512.Sum(rowPixels);
            sum += Vector512.Sum(rowSum);
            squares += Vector512.Sum(rowSquares);
        }

        double mu = sum / Math.Max(1, pixels), variance = (squares / Math.Max(1, pixels)) - (mu * mu);
        return ((float)mu, (float)Math.Sqrt(Math.Max(0, variance)));
    }
}
