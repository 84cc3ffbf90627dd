using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>A tile and the answers the model gave when it was made: wrong arithmetic shows before the first strip.</summary>
/// <param name="Tile"><c>[512, 512]</c> gray levels.</param>
/// <param name="BackgroundMeans"><c>[16, 16]</c> means of the reconstruction per 32 x 32 patch, gray levels.</param>
/// <param name="Scores"><c>[128, 128]</c> scores of the learned fusion.</param>
public sealed record GoldenTile(byte[] Tile, float[] BackgroundMeans, float[] Scores)
{
    /// <summary>Patches along a tile's edge.</summary>
    public const int PatchesPerEdge = 16;

    /// <summary>What rounding may change the scores by anyway, logits.</summary>
    public const float ScoreTolerance = 0.1f;

    /// <summary>
    /// What rounding may change the patch means by anyway, gray levels. A short training leaves channels whose mean is many
    /// times their deviation, and bfloat16 then has the background wrong by some gray levels (6.3 on bright paper after two
    /// minutes), of which the scores, judged by themselves, show little. Wrong arithmetic is off by tens.
    /// </summary>
    public const float MeanTolerance = 8;

    /// <summary>What rounding may change beyond that, as a share of the answer's spread.</summary>
    public const double RelativeTolerance = 0.1;

    internal const string TilePrefix = "tile.";

    private const string MeansPrefix = "background.", ScoresPrefix = "scores.";

    internal static IReadOnlyDictionary<string, WeightArray> ToTensors(IReadOnlyList<GoldenTile> tiles)
    {
        var tensors = new Dictionary<string, WeightArray>();
        for (int i = 0; i < tiles.Count; i++)
        {
            // Gray levels are whole numbers up to 255: exact in half precision.
            tensors[$"{TilePrefix}{i}"] = new([TileRowFindings.TileSize, TileRowFindings.TileSize], Array.ConvertAll(tiles[i].Tile, p => (float)p));
            tensors[$"{MeansPrefix}{i}"] = new([PatchesPerEdge, PatchesPerEdge], tiles[i].BackgroundMeans);
            tensors[$"{ScoresPrefix}{i}"] = new([TileRowFindings.ScoreSize, TileRowFindings.ScoreSize], tiles[i].Scores);
        }

        return tensors;
    }

    internal static IReadOnlyList<GoldenTile> FromTensors(IReadOnlyDictionary<string, WeightArray> tensors, string file)
    {
        float[] Values(string name, int edge)
        {
            if (!tensors.TryGetValue(name, out WeightArray? array) || array.Values.Length != edge * edge)
            {
                throw new ModelException($"{file}: {name} is missing or is not {edge} x {edge}.");
            }

            return array.Values;
        }

        int count = tensors.Keys.Count(name => name.StartsWith(TilePrefix, StringComparison.Ordinal));
        if (count == 0)
        {
            throw new ModelException($"{file}: no golden tile; at least one is required.");
        }

        return
        [
            .. Enumerable.Range(0, count).Select(i => new GoldenTile(
                Array.ConvertAll(Values($"{TilePrefix}{i}", TileRowFindings.TileSize), p => (byte)p),
                Values($"{MeansPrefix}{i}", PatchesPerEdge),
                Values($"{ScoresPrefix}{i}", TileRowFindings.ScoreSize))),
        ];
    }
}
