namespace MpcgLine.Service.Reproduction;

/// <summary>One table of the paper, with our figures beside its own.</summary>
/// <param name="Title">What it compares.</param>
/// <param name="Rows">In the paper's order; rows without printed figures are ours.</param>
internal sealed record ReproducedTable(string Title, IReadOnlyList<ReproducedRow> Rows);
