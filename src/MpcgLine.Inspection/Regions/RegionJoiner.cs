namespace MpcgLine.Inspection.Regions;

/// <summary>
/// Joins defective pixels into regions while lines stream by: union-find over runs. A run touches every earlier run
/// that has a pixel nearer than the merge distance, within the line and on the few lines before it, so connectivity and
/// merging of near regions are one step. Memory is bounded by the panel's width: a region is closed as soon as no later
/// line can reach it. One panel at a time; inference thread only.
/// </summary>
/// <remarks>
/// Labels index <see cref="_parent"/> and <see cref="_regions"/>. At most one label per run of the remembered lines is
/// alive, because a region without a run on them is closed, and labels that were joined into others are given back
/// at the end of each line.
/// </remarks>
internal sealed class RegionJoiner
{
    private readonly int _width;
    private readonly int _minimumArea;
    private readonly int _capacity;
    private readonly int[] _tolerance;
    private readonly RunLine[] _lines;
    private readonly int[] _parent;
    private readonly Region[] _regions;
    private readonly int[] _freeLabels;
    private readonly int[] _activeLabels;
    private readonly List<Region> _closed = [];
    private int _freeCount;
    private int _activeCount;
    private int _newest;
    private int _line = -1;

    /// <summary>Allocates for lines of <paramref name="width"/> px.</summary>
    public RegionJoiner(int width, RegionOptions options)
    {
        _width = width;
        _minimumArea = options.MinimumAreaPixels;
        _capacity = options.RegionCapacity;
        _tolerance = Tolerances(options.MergeDistance);
        _lines = new RunLine[_tolerance.Length];
        int runCapacity = (width + 1) / 2;
        for (int i = 0; i < _lines.Length; i++)
        {
            _lines[i] = new RunLine(runCapacity);
        }

        int labels = runCapacity * (_lines.Length + 1);
        _parent = new int[labels];
        _regions = new Region[labels];
        _freeLabels = new int[labels];
        _activeLabels = new int[labels];
        Reset();
    }

    /// <summary>Closed regions of at least the minimum area, in the order in which they closed; at most the capacity.</summary>
    public IReadOnlyList<Region> Closed => _closed;

    /// <summary>Regions dropped as too small.</summary>
    public long SmallCount { get; private set; }

    /// <summary>Regions dropped because the panel had too many.</summary>
    public long DroppedCount { get; private set; }

    /// <summary>Forgets everything: the next line belongs to a new panel.</summary>
    public void Reset()
    {
        _closed.Clear();
        SmallCount = 0;
        DroppedCount = 0;
        _activeCount = 0;
        _line = -1;
        _freeCount = _freeLabels.Length;
        for (int i = 0; i < _freeCount; i++)
        {
            _freeLabels[i] = _freeCount - 1 - i;
        }

        foreach (RunLine line in _lines)
        {
            line.Clear(-1);
        }
    }

    /// <summary>
    /// Adds the next line. Lines come in order; lines left out hold no defective pixel.
    /// </summary>
    /// <param name="line">Line index in the panel, larger than the last one.</param>
    /// <param name="defective"><c>[width]</c>, not 0 for defective.</param>
    /// <param name="residual"><c>[width]</c> signed residual.</param>
    /// <param name="scores">Scores of the line's cells, one per 4 columns.</param>
    public void AddLine(int line, ReadOnlySpan<byte> defective, ReadOnlySpan<sbyte> residual, ReadOnlySpan<float> scores)
    {
        if (line <= _line)
        {
            throw new ArgumentOutOfRangeException(nameof(line), line, $"Lines come in order; the last was {_line}.");
        }

        if (_activeCount > 0)
        {
            CloseBefore(line - _lines.Length + 1);
        }

        _line = line;
        int start = defective.IndexOfAnyExcept((byte)0);
        if (start < 0)
        {
            return;
        }

        _newest = (_newest + 1) % _lines.Length;
        RunLine current = _lines[_newest];
        current.Clear(line);
        while (start >= 0)
        {
            int length = defective[start..].IndexOf((byte)0);
            int end = length < 0 ? _width : start + length;
            AddRun(current, start, end, residual, scores);
            int next = end < _width ? defective[end..].IndexOfAnyExcept((byte)0) : -1;
            start = next < 0 ? -1 : end + next;
        }

        JoinEarlierLines(current);
        ReleaseJoinedLabels();
    }

    /// <summary>Closes all regions: the panel, or a stretch of missing lines, has ended them.</summary>
    public void CloseAll() => CloseBefore(int.MaxValue);

    // Widest column distance at which two runs dy lines apart still touch; its length is the number of lines to look at.
    private static int[] Tolerances(double mergeDistance)
    {
        int reach = Math.Max(1, (int)Math.Ceiling(mergeDistance) - 1);
        int[] tolerance = new int[reach + 1];
        for (int dy = 0; dy <= reach; dy++)
        {
            int dx = 0;
            while (((dx + 1) * (dx + 1)) + (dy * dy) < mergeDistance * mergeDistance)
            {
                dx++;
            }

            tolerance[dy] = dy <= 1 ? Math.Max(1, dx) : dx;
        }

        return tolerance;
    }

    private void AddRun(RunLine line, int start, int end, ReadOnlySpan<sbyte> residual, ReadOnlySpan<float> scores)
    {
        int sum = 0;
        int absolute = 0;
        foreach (sbyte value in residual[start..end])
        {
            sum += value;
            absolute += Math.Abs((int)value);
        }

        float score = float.NegativeInfinity;
        foreach (float value in scores[(start / 4)..(((end - 1) / 4) + 1)])
        {
            score = Math.Max(score, value);
        }

        int label = _freeLabels[--_freeCount];
        _parent[label] = label;
        _regions[label] = Region.FromRun(line.Line, start, end, sum, absolute, score);
        _activeLabels[_activeCount++] = label;
        if (line.Count > 0 && start - (line.End[line.Count - 1] - 1) <= _tolerance[0])
        {
            Union(label, line.Label[line.Count - 1]);
        }

        line.Add(start, end, label);
    }

    private void JoinEarlierLines(RunLine current)
    {
        foreach (RunLine earlier in _lines)
        {
            int dy = current.Line - earlier.Line;
            if (dy > 0 && dy < _tolerance.Length && earlier.Line >= 0)
            {
                Join(current, earlier, _tolerance[dy]);
            }
        }
    }

    private void Join(RunLine current, RunLine earlier, int tolerance)
    {
        int j = 0;
        for (int i = 0; i < current.Count; i++)
        {
            while (j < earlier.Count && current.Start[i] - (earlier.End[j] - 1) > tolerance)
            {
                j++;
            }

            // The last of these runs may also touch the next current run, so j stays where it is.
            for (int k = j; k < earlier.Count && earlier.Start[k] - (current.End[i] - 1) <= tolerance; k++)
            {
                Union(current.Label[i], earlier.Label[k]);
            }
        }
    }

    private int Find(int label)
    {
        while (_parent[label] != label)
        {
            _parent[label] = _parent[_parent[label]];
            label = _parent[label];
        }

        return label;
    }

    private void Union(int first, int second)
    {
        first = Find(first);
        second = Find(second);
        if (first == second)
        {
            return;
        }

        if (_regions[first].Area < _regions[second].Area)
        {
            (first, second) = (second, first);
        }

        _regions[first].Add(_regions[second]);
        _parent[second] = first;
    }

    private void ReleaseJoinedLabels()
    {
        foreach (RunLine line in _lines)
        {
            for (int i = 0; i < line.Count; i++)
            {
                line.Label[i] = Find(line.Label[i]);
            }
        }

        int kept = 0;
        for (int i = 0; i < _activeCount; i++)
        {
            int label = _activeLabels[i];
            if (_parent[label] == label)
            {
                _activeLabels[kept++] = label;
            }
            else
            {
                _freeLabels[_freeCount++] = label;
            }
        }

        _activeCount = kept;
    }

    private void CloseBefore(int firstReachable)
    {
        // Runs of unreachable lines refer to labels about to be given back.
        foreach (RunLine line in _lines)
        {
            if (line.Line < firstReachable)
            {
                line.Clear(-1);
            }
        }

        int kept = 0;
        for (int i = 0; i < _activeCount; i++)
        {
            int label = _activeLabels[i];
            if (_regions[label].LastLine >= firstReachable)
            {
                _activeLabels[kept++] = label;
                continue;
            }

            Close(_regions[label]);
            _freeLabels[_freeCount++] = label;
        }

        _activeCount = kept;
    }

    private void Close(in Region region)
    {
        if (region.Area < _minimumArea)
        {
            SmallCount++;
        }
        else if (_closed.Count == _capacity)
        {
            DroppedCount++;
        }
        else
        {
            _closed.Add(region);
        }
    }

    private sealed class RunLine(int capacity)
    {
        public readonly int[] Start = new int[capacity];
        public readonly int[] End = new int[capacity];
        public readonly int[] Label = new int[capacity];

        public int Line { get; private set; } = -1;

        public int Count { get; private set; }

        public void Clear(int line)
        {
            Line = line;
            Count = 0;
        }

        public void Add(int start, int end, int label)
        {
            Start[Count] = start;
            End[Count] = end;
            Label[Count++] = label;
        }
    }
}
