namespace MpcgLine.Inspection.Primitives;

/// <summary>Number of a panel within one run of the daemon, counted from 1 in the order of their bursts.</summary>
public readonly record struct PanelId(long Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
