using MpcgLine.Inspection;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Calibration;

namespace MpcgLine.Learning.Baselines;

/// <summary>
/// The inference stage of any method, with nothing suspected: it scores every cell of 4 x 4 px, and leaves the threshold
/// to calibration and evaluation. So tiles, inspected area, outlines, regions and their matching are the same for all
/// methods. Created, used and disposed on the inference thread.
/// </summary>
public abstract class MethodInspector : ITileInspector, IDisposable
{
    private const int BatchTiles = 8;

    /// <inheritdoc/>
    public abstract int MaxTiles { get; }

    /// <summary>Opens a method that starts from a bundle.</summary>
    /// <param name="method">One of those that <see cref="InspectionMethods.NeedsBundle"/>.</param>
    /// <param name="bundle">Its thresholds, if any, are ignored.</param>
    /// <param name="options">Where and how the networks run; fusion and batch are the method's. Null: on the processor, in the precision production takes there.</param>
    /// <exception cref="ModelException">The bundle's golden tiles are not answered as recorded.</exception>
    public static MethodInspector Open(InspectionMethod method, ModelBundle bundle, InferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        options = (options ?? new InferenceOptions()) with { Fusion = FusionKind.Learned, BatchTiles = BatchTiles };
        return method switch
        {
            InspectionMethod.Learned => new BundleInspector(Calibrator.OpenWithoutThresholds(bundle, options), rule: null),
            InspectionMethod.Paper => new BundleInspector(EquationScores.Open(bundle, options), new RegionalAnalysisRule()),
            InspectionMethod.Median => new BundleInspector(EquationScores.Open(bundle, options), new MedianRule()),
            InspectionMethod.Residual => new BundleInspector(EquationScores.Open(bundle, options), rule: null),
            _ => throw new ArgumentOutOfRangeException(nameof(method), method, "This method starts from good images, not from a bundle."),
        };
    }

    /// <summary>Opens a method that has learnt from good images.</summary>
    /// <exception cref="ModelException">What was learnt is of another version of the program.</exception>
    public static MethodInspector Open(Baseline baseline)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        return new BaselineInspector(baseline.OpenMap(), BatchTiles);
    }

    /// <inheritdoc/>
    public abstract Span<byte> Tile(int index);

    /// <inheritdoc/>
    public abstract Span<byte> Inspected(int index);

    /// <inheritdoc/>
    public virtual void MarkOutside(int index) => Inspected(index).Clear();

    /// <inheritdoc/>
    /// <exception cref="ModelException">A score is not a number.</exception>
    public void Inspect(int tileCount, TileRowFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        Score(tileCount, findings);
        findings.TileCount = tileCount;
        findings.Threshold = float.MaxValue;
        for (int tile = 0; tile < tileCount; tile++)
        {
            findings.ClearDefective(tile);
            CellScores.LeaveOut(Inspected(tile), findings.Scores(tile));
            RequireNumbers(findings.Scores(tile));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    private static void RequireNumbers(ReadOnlySpan<float> scores)
    {
        foreach (float score in scores)
        {
            if (float.IsNaN(score) || float.IsPositiveInfinity(score))
            {
                throw new ModelException($"A score is {score}: the method's arithmetic overflowed, nothing can be said of the tile.");
            }
        }
    }

    /// <summary>Fills scores, residual and changes of the first staged tiles.</summary>
    protected abstract void Score(int tileCount, TileRowFindings findings);

    /// <summary>Releases what the method holds.</summary>
    /// <param name="disposing">Always true: there is no finaliser.</param>
    protected abstract void Dispose(bool disposing);
}
