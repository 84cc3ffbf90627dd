namespace MpcgLine.Inspection.Primitives;

/// <summary>What is known of a panel from its first strip on.</summary>
/// <param name="Panel">Its number within this run.</param>
/// <param name="Burst">The camera's part trigger that started it.</param>
/// <param name="Width">Pixels per line.</param>
/// <param name="Length">Lines the burst is to have.</param>
/// <param name="LeadingEdge">Encoder count at the panel's first line.</param>
public readonly record struct PanelStamp(PanelId Panel, long Burst, int Width, int Length, EncoderCount LeadingEdge);
