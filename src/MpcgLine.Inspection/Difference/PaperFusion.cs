using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Difference;

/// <summary>
/// The paper's fusion as printed: a pixel is defective where <c>M * residual >= mu + gamma * sigma</c> (Eq. 21),
/// M being the patches with <c>|f(src) - f(rec)| > epsilon</c> (Eq. 20).
/// </summary>
/// <remarks>
/// mu and sigma are the residual's mean and deviation over the tile's inspected pixels, never padding; a residual of
/// zero is never defective. The score of a cell is its largest <c>(M * residual - mu) / sigma</c>, the threshold gamma.
/// </remarks>
internal sealed class PaperFusion : IFusion
{
    /// <summary>gamma of Eq. 21.</summary>
    public const float Gamma = 3;

    private const float Smallest = 1e-6f;

    private readonly float _limit;
    private readonly Tensor _epsilon;
    private readonly Tensor _gamma;
    private readonly Tensor _one;
    private readonly Tensor _smallest;
    private readonly StepTimes? _times;

    /// <summary>Takes epsilon, gray levels, as calibrated on good tiles.</summary>
    public PaperFusion(float epsilon, Device device, StepTimes? times = null)
    {
        _limit = epsilon;
        _epsilon = Constants.OnDevice(epsilon, device);
        _gamma = Constants.OnDevice(Gamma, device);
        _one = Constants.OnDevice(1, device);
        _smallest = Constants.OnDevice(Smallest, device);
        _times = times;
    }

    /// <inheritdoc/>
    public float Threshold => Gamma;

    /// <inheritdoc/>
    public void FuseOnProcessor(in TileBatch batch, int tile, TileRowFindings findings)
    {
        ProcessorPaperFusion.Fuse(batch, _limit, Smallest, tile, findings);
        _times?.Mark(InspectionStep.DefectivePixels);
    }

    /// <inheritdoc/>
    public FusedMaps FuseOnGpu(in TileBatch batch)
    {
        const int patches = TileRowFindings.TileSize / RegionalAnalysis.PatchSize;
        long n = batch.Count;
        Tensor residual = batch.Tiles.to(ScalarType.Float32).sub(batch.Reconstruction).abs();
        Tensor weight = batch.Inspected.to(ScalarType.Float32);
        Tensor pixels = weight.sum([1L, 2L, 3L], keepdim: true).maximum(_one);
        Tensor mu = residual.mul(weight).sum([1L, 2L, 3L], keepdim: true).div(pixels);
        Tensor deviation = residual.sub(mu);
        Tensor sigma = deviation.mul(deviation).mul(weight).sum([1L, 2L, 3L], keepdim: true).div(pixels).sqrt();

        Tensor suspect = batch.Change.gt(_epsilon).view(n, patches, 1, patches, 1)
            .expand(n, patches, RegionalAnalysis.PatchSize, patches, RegionalAnalysis.PatchSize)
            .reshape(n, 1, TileRowFindings.TileSize, TileRowFindings.TileSize);
        Tensor masked = residual.mul(suspect).mul(weight);
        Tensor defective = masked.ge(mu.Plus(_gamma.mul(sigma))).logical_and(masked.gt(_smallest)).to(ScalarType.Byte);
        Tensor scores = nn.functional.max_pool2d(masked.sub(mu).div(sigma.maximum(_smallest)), TileRowFindings.ScoreCell);
        return new FusedMaps(scores.squeeze(1), defective.squeeze(1));
    }

    /// <inheritdoc/>
    public void Complete(ReadOnlySpan<float> scores, ReadOnlySpan<byte> defective, ReadOnlySpan<byte> inspected, int tile, TileRowFindings findings)
    {
        scores.CopyTo(findings.Scores(tile));
        findings.ClearDefective(tile);
        if (defective.ContainsAnyExcept((byte)0))
        {
            defective.CopyTo(findings.WritableDefective(tile));
        }

        _times?.Mark(InspectionStep.DefectivePixels);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _epsilon.Dispose();
        _gamma.Dispose();
        _one.Dispose();
        _smallest.Dispose();
    }
}
