using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Inspection.Stitching;

/// <summary>
/// Finds the part in each tile row as it completes, and sets what of the row is inspected. Stitching thread only;
/// allocation-free after construction.
/// </summary>
public abstract class PartEdgeFinder
{
    /// <summary>The finder of a mode.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="width">Pixels per line.</param>
    /// <exception cref="ArgumentOutOfRangeException">The lines are too short for the mode.</exception>
    public static PartEdgeFinder Create(EdgeOptions options, int width)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Mode switch
        {
            EdgeMode.Contrast => new ContrastEdgeFinder(options),
            EdgeMode.Web => new WebEdgeFinder(options, width),
            _ => new WholeImage(),
        };
    }

    /// <summary>A new panel begins.</summary>
    public abstract void Begin(in PanelStamp panel);

    /// <summary>Sets <c>row.Edges</c> and <c>row.Area</c> of a complete tile row; rows of a panel come in order.</summary>
    /// <returns>
    /// Why the panel can't be inspected: Camera when it can't be told where the part lies, Configuration when it lies
    /// there with another size than <see cref="EdgeOptions"/> says. None when all is well.
    /// </returns>
    public abstract NotInspectedReason Find(TileRow row);

    private sealed class WholeImage : PartEdgeFinder
    {
        public override void Begin(in PanelStamp panel)
        {
        }

        // A tile row starts out with the whole image as its area and without edges.
        public override NotInspectedReason Find(TileRow row) => NotInspectedReason.None;
    }
}
