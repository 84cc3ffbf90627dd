using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Service.Workers;

/// <summary>
/// The panels under way, each until its one verdict: whoever takes a panel out first has judged it. Any thread.
/// </summary>
internal sealed class OpenPanels
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PanelId, (PanelStamp Stamp, long DueAt)> _open = [];
    private PanelId _newest;

    /// <summary>Opens a panel, or moves the time its verdict is due; a panel that was judged stays judged.</summary>
    public void Expect(PanelStamp panel, long verdictDue)
    {
        lock (_gate)
        {
            if (panel.Panel.Value > _newest.Value)
            {
                _newest = panel.Panel;
                _open.Add(panel.Panel, (panel, verdictDue));
            }
            else if (_open.ContainsKey(panel.Panel))
            {
                _open[panel.Panel] = (panel, verdictDue);
            }
        }
    }

    /// <summary>Whether a panel has its verdict already.</summary>
    public bool IsJudged(PanelId panel)
    {
        lock (_gate)
        {
            return panel.Value <= _newest.Value && !_open.ContainsKey(panel);
        }
    }

    /// <summary>Takes a panel out to judge it; false when it has been judged.</summary>
    public bool TryTake(PanelStamp panel)
    {
        lock (_gate)
        {
            if (panel.Panel.Value > _newest.Value)
            {
                // Ended with its first strip, before anybody expected it.
                _newest = panel.Panel;
                return true;
            }

            return _open.Remove(panel.Panel);
        }
    }

    /// <summary>Takes one panel whose verdict is overdue, to judge it.</summary>
    public bool TryTakeOverdue(long now, out PanelStamp panel, out long dueAt)
    {
        lock (_gate)
        {
            foreach ((PanelId id, (PanelStamp stamp, long due)) in _open)
            {
                if (now >= due)
                {
                    _open.Remove(id);
                    (panel, dueAt) = (stamp, due);
                    return true;
                }
            }
        }

        (panel, dueAt) = (default, 0);
        return false;
    }
}
