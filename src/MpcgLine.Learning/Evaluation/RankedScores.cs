namespace MpcgLine.Learning.Evaluation;

/// <summary>
/// Scores with the truth behind each, ranked exactly: equal scores are one step, never an order among themselves. Each
/// entry stands for some positive and some negative samples of one score (the pixels of a 4 x 4 px cell), 12 bytes each.
/// One caller at a time.
/// </summary>
public sealed class RankedScores
{
    private readonly List<Entry> _entries = [];
    private bool _isSorted = true;

    /// <summary>Positive samples.</summary>
    public long Positives { get; private set; }

    /// <summary>Negative samples.</summary>
    public long Negatives { get; private set; }

    /// <summary>Adds samples of one score.</summary>
    /// <param name="score">Any number but NaN.</param>
    /// <param name="positives">Positive samples, at most 65535.</param>
    /// <param name="negatives">Negative samples, at most 65535.</param>
    /// <param name="overlap">Sum of 1 / region area over the positive samples, for <see cref="RegionOverlapCurve"/>.</param>
    public void Add(float score, int positives, int negatives, float overlap = 0)
    {
        if (float.IsNaN(score))
        {
            throw new ArgumentException("A score is NaN: it has no rank.", nameof(score));
        }

        _entries.Add(new Entry(score, overlap, checked((ushort)positives), checked((ushort)negatives)));
        _isSorted = false;
        Positives += positives;
        Negatives += negatives;
    }

    /// <summary>What lies at or above a threshold, one point per distinct score, from the highest score down.</summary>
    public IEnumerable<RankPoint> Curve()
    {
        if (!_isSorted)
        {
            _entries.Sort(static (a, b) => b.Score.CompareTo(a.Score));
            _isSorted = true;
        }

        long positives = 0, negatives = 0;
        double overlap = 0;
        for (int i = 0; i < _entries.Count; i++)
        {
            Entry entry = _entries[i];
            positives += entry.Positives;
            negatives += entry.Negatives;
            overlap += entry.Overlap;
            if (i + 1 == _entries.Count || _entries[i + 1].Score != entry.Score)
            {
                yield return new RankPoint(entry.Score, positives, negatives, overlap);
            }
        }
    }

    private readonly record struct Entry(float Score, float Overlap, ushort Positives, ushort Negatives);
}
