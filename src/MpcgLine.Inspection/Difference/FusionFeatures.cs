using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Difference;

/// <summary>
/// What the learned fusion's network is given, the same in training and inference.
/// </summary>
/// <remarks>
/// Gray levels are taken relative to a local mean and divided by one scale per bundle. A tile's own mean and
/// deviation would make a bright belt change the meaning of every pixel beside it (METHOD, lessons from line-scan
/// strips); a fixed scale can't.
/// </remarks>
public sealed class FusionFeatures : IDisposable
{
    /// <summary>Pixels of one score cell.</summary>
    public const int CellPixels = TileRowFindings.ScoreCell * TileRowFindings.ScoreCell;

    /// <summary>Limits of the gray scale a bundle may have, gray levels.</summary>
    public const float MinGrayScale = 1, MaxGrayScale = 64;

    // 17 cells of 4 px: a neighbourhood several times the widest defect.
    internal const int MeanCells = 17;

    private const float MidGray = 128, MeanScale = 64;

    private readonly FusionMaps _maps;
    private readonly Tensor _scale;
    private readonly Tensor _midGray;
    private readonly Tensor _meanScale;
    private readonly Tensor _one;
    private readonly Tensor _two;

    /// <summary>Places the constants on <paramref name="device"/>.</summary>
    /// <param name="maps">Which maps to include.</param>
    /// <param name="grayScale">Gray levels that become 1: the deviation of good texture about its local mean.</param>
    /// <param name="device">Where the features are made.</param>
    public FusionFeatures(FusionMaps maps, float grayScale, Device device)
    {
        if (!(grayScale is >= MinGrayScale and <= MaxGrayScale))
        {
            throw new ArgumentOutOfRangeException(nameof(grayScale), grayScale, $"The gray scale must lie in {MinGrayScale}..{MaxGrayScale}.");
        }

        _maps = maps;
        _scale = Constants.OnDevice(grayScale, device);
        _midGray = Constants.OnDevice(MidGray, device);
        _meanScale = Constants.OnDevice(MeanScale, device);
        _one = Constants.OnDevice(1, device);
        _two = Constants.OnDevice(2, device);
    }

    /// <summary>The channel of the local mean: about mid gray, of the order of one.</summary>
    internal static Vector512<float> Level(Vector512<float> mean) => (mean - Vector512.Create(MidGray)) / MeanScale;

    /// <summary>
    /// Stacks the maps of a batch.
    /// </summary>
    /// <param name="tiles"><c>[N, 1, H, W]</c> float32, gray levels.</param>
    /// <param name="reconstruction">The same shape; not read unless the maps include it.</param>
    /// <param name="change"><c>[N, H/32, W/32]</c>; not read unless the maps include it.</param>
    /// <returns><c>[N, C, H/4, W/4]</c> float32; belongs to the caller's dispose scope.</returns>
    public Tensor Stack(Tensor tiles, Tensor? reconstruction, Tensor? change)
    {
        Tensor mean = LocalMean(nn.functional.avg_pool2d(tiles, TileRowFindings.ScoreCell));
        var channels = new List<Tensor>(4)
        {
            Relative(nn.functional.pixel_unshuffle(tiles, TileRowFindings.ScoreCell), mean),
            mean.sub(_midGray).div(_meanScale),
        };
        if (_maps.HasFlag(FusionMaps.Reconstruction))
        {
            ArgumentNullException.ThrowIfNull(reconstruction);
            // About its own mean: a short training leaves the reconstruction's level a little off.
            Tensor ownMean = LocalMean(nn.functional.avg_pool2d(reconstruction, TileRowFindings.ScoreCell));
            channels.Add(Relative(nn.functional.pixel_unshuffle(reconstruction, TileRowFindings.ScoreCell), ownMean));
        }

        if (_maps.HasFlag(FusionMaps.RegionalChange))
        {
            ArgumentNullException.ThrowIfNull(change);
            channels.Add(SpreadOverCells(change.div(_scale).log1p()));
        }

        return cat(channels, 1);
    }

    /// <summary>Mean over <c>MeanCells</c> x <c>MeanCells</c> cells, <c>[N, 1, H, W]</c> to the same; what lies outside does not count.</summary>
    private static Tensor LocalMean(Tensor cells)
    {
        // Two one-dimensional passes: 34 additions per cell instead of 289.
        Tensor rows = nn.functional.avg_pool2d(cells, (1, MeanCells), (1, 1), (0, MeanCells / 2), count_include_pad: false);
        return nn.functional.avg_pool2d(rows, (MeanCells, 1), (1, 1), (MeanCells / 2, 0), count_include_pad: false);
    }

    /// <summary>
    /// Levels about a local mean, compressed as their root: 2x / (1 + sqrt(1 + 2 |x|)), which has slope 1 at 0 and goes on
    /// rising. Uncompressed, the large steps of a part's structure would drown what is faint; were there a limit, nothing
    /// bright would show on a bright ring.
    /// </summary>
    private Tensor Relative(Tensor pixels, Tensor mean)
    {
        // In place: no gradient ever goes through here.
        Tensor x = pixels.sub(mean).div_(_scale);
        Tensor root = x.abs().mul_(_two).PlusInPlace(_one).sqrt_();
        return x.mul_(_two).div_(root.PlusInPlace(_one));
    }

    private static Tensor SpreadOverCells(Tensor perPatch)
    {
        const int cells = RegionalAnalysis.PatchSize / TileRowFindings.ScoreCell;
        long n = perPatch.shape[0], rows = perPatch.shape[1], columns = perPatch.shape[2];
        return perPatch.view(n, rows, 1, columns, 1).expand(n, rows, cells, columns, cells).reshape(n, 1, rows * cells, columns * cells);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _scale.Dispose();
        _midGray.Dispose();
        _meanScale.Dispose();
        _one.Dispose();
        _two.Dispose();
    }
}
