using MpcgLine.Inspection;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Service.Workers;

/// <summary>
/// Passes the liveness token on after every batch begun: a wide tile row takes longer than the heartbeat may rest. Before a
/// batch it looks whether there is still time for one.
/// </summary>
internal sealed class TokenPassingInspector(ITileInspector inner, LivenessToken token, CancellationToken abort) : ITileInspector
{
    public int MaxTiles => inner.MaxTiles;

    public Span<byte> Tile(int index) => inner.Tile(index);

    public Span<byte> Inspected(int index) => inner.Inspected(index);

    public void MarkWhollyInspected(int index) => inner.MarkWhollyInspected(index);

    public void MarkOutside(int index) => inner.MarkOutside(index);

    public bool WorksInBackground => inner.WorksInBackground;

    public void Inspect(int tileCount, TileRowFindings findings)
    {
        Begin(tileCount, findings);
        Finish();
    }

    public void Begin(int tileCount, TileRowFindings findings)
    {
        abort.ThrowIfCancellationRequested();
        inner.Begin(tileCount, findings);
        token.Pass(LineStage.Inference);
    }

    public void Finish() => inner.Finish();
}
