using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Stitching;

namespace MpcgLine.Service.Reproduction;

/// <summary>What a person says of a reproduction.</summary>
/// <param name="Data">Folder with train/good and test, in either layout that scoring reads.</param>
/// <param name="MinutesLarge">Minutes for each network that reconstructs: ours and the baselines'.</param>
/// <param name="MinutesSmall">Minutes for each learned fusion.</param>
/// <param name="Steps">Steps of each network instead of minutes; 0: minutes rule.</param>
/// <param name="Seed">Seed of all chance.</param>
/// <param name="Width">Factor on the channel counts of Table 4.</param>
/// <param name="PixelTerm">Weight of the mean absolute error added to each loss; 0: the losses as printed.</param>
/// <param name="Target">Share of good images that may be flagged, for every threshold.</param>
/// <param name="Edges">Where the part lies in the images.</param>
/// <param name="Device">Where the networks are trained; scores are the processor's.</param>
/// <param name="Tables">What is compared.</param>
/// <param name="Only">Words of what is trained, and nothing scored; empty: all that the tables need, and its scores.</param>
internal sealed record ReproductionOptions(
    string Data,
    double MinutesLarge,
    double MinutesSmall,
    int Steps,
    ulong Seed,
    double Width,
    double PixelTerm,
    double Target,
    EdgeOptions Edges,
    InferenceDevice Device,
    ReproducedTables Tables,
    IReadOnlyList<string> Only);
