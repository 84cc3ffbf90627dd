using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Losses;

/// <summary>
/// The differences of section 2.3.2 between a tile and its reconstruction. Training thread only.
/// </summary>
/// <remarks>
/// Symbols: V local variance (Eq. 7), W weights summing to 1 per image (Eq. 8), b their floor, c1, c2 the constants
/// of SSIM (Eqs. 10..14 with alpha = beta = gamma = 1 and c3 = c2 / 2). Images are <c>[N, 1, H, W]</c> float32, 0..1, all
/// of them on one device.
/// </remarks>
public sealed class ReconstructionLoss : IDisposable
{
    /// <summary>Edge of the windows of V and of SSIM, px.</summary>
    public const int WindowSize = 11;

    /// <summary>Deviation of the Gaussian window of SSIM, px.</summary>
    public const double WindowSigma = 1.5;

    /// <summary>c1 and c2 of Eqs. 11 and 12 for images of range 1.</summary>
    public const double C1 = 1e-4, C2 = 9e-4;

    /// <summary>b of Eq. 8 on the 0..1 scale.</summary>
    public const double VarianceFloor = 0.002;

    private const int Half = WindowSize / 2;

    // Of a banded matrix as wide as a tile, forty-nine fiftieths are zeros.
    private const int BlockSize = 64;

    private readonly LossKind _kind;
    private readonly double _pixelTerm;
    private readonly Dictionary<(long Block, bool Gaussian), Tensor> _windows = [];

    /// <summary>A loss of the given kind.</summary>
    /// <param name="kind">Which of the four.</param>
    /// <param name="pixelTerm">
    /// Weight of an added mean absolute error, plain, weighted by importance and weighted by W in equal parts; 0: the loss
    /// as printed. SSIM hardly sees a wrong level, and without this term a short training ends in a plain gray picture.
    /// </param>
    public ReconstructionLoss(LossKind kind, double pixelTerm = 0)
    {
        _kind = kind;
        _pixelTerm = pixelTerm;
    }

    /// <summary>The loss over a batch, a scalar: the mean over its images.</summary>
    /// <param name="source">The tile to be reproduced; no gradient flows into it.</param>
    /// <param name="reconstruction">The network's output.</param>
    /// <param name="importance">Weights of the pixels in the added mean absolute error, 1 on average; null: all weigh the same.</param>
    public Tensor Forward(Tensor source, Tensor reconstruction, Tensor? importance = null)
    {
        bool weighted = _pixelTerm > 0 || _kind is LossKind.WeightedSsim or LossKind.WeightedMse;
        Tensor? weights = null;
        if (weighted)
        {
            using IDisposable noGradient = no_grad();
            // Mean over the batch of each image's weighted sum.
            weights = Weights(source) / source.shape[0];
        }

        Tensor printed = _kind switch
        {
            LossKind.WeightedSsim => ((1 - Ssim(source, reconstruction)) * weights!).sum(),
            LossKind.Ssim => (1 - Ssim(source, reconstruction)).mean(),
            LossKind.WeightedMse => ((source - reconstruction).square() * weights!).sum(),
            _ => (source - reconstruction).square().mean(),
        };
        if (_pixelTerm == 0)
        {
            return printed;
        }

        Tensor error = (source - reconstruction).abs();
        Tensor important = importance is null ? error.mean() : (error * importance).mean();
        return printed + ((error.mean() + important + (error * weights!).sum()) * (_pixelTerm / 3));
    }

    /// <summary>SSIM of every pixel (Eqs. 10..14), <c>[N, 1, H, W]</c>.</summary>
    internal Tensor Ssim(Tensor source, Tensor reconstruction)
    {
        Tensor mx, mxx, varianceX;
        using (no_grad())
        {
            mx = Mean(source, gaussian: true);
            mxx = mx * mx;
            varianceX = Mean(source * source, gaussian: true) - mxx;
        }

        Tensor my = Mean(reconstruction, gaussian: true);
        Tensor myy = my * my, mxy = mx * my;
        Tensor varianceY = Mean(reconstruction * reconstruction, gaussian: true) - myy;
        Tensor covariance = Mean(source * reconstruction, gaussian: true) - mxy;
        return ((2 * mxy) + C1) * ((2 * covariance) + C2) / ((mxx + myy + C1) * (varianceX + varianceY + C2));
    }

    /// <summary>Weights W (Eq. 8) from the variance V (Eq. 7), <c>[N, 1, H, W]</c>, summing to 1 per image.</summary>
    internal Tensor Weights(Tensor source)
    {
        Tensor mean = Mean(source, gaussian: false);
        Tensor variance = (Mean(source * source, gaussian: false) - (mean * mean)).clamp_min(0);
        Tensor raised = variance + VarianceFloor;
        return raised / raised.sum([1L, 2L, 3L], keepdim: true);
    }

    /// <summary>
    /// Windowed mean of every pixel, the image reflected at its borders: a product with a banded matrix from either
    /// side, block by block. Libtorch's one-channel convolutions took seconds per batch of four tiles on a busy machine.
    /// </summary>
    private Tensor Mean(Tensor x, bool gaussian)
    {
        Tensor padded = nn.functional.pad(x, (Half, Half, Half, Half), PaddingModes.Reflect);
        Tensor alongRows = MeanAlongRows(padded, gaussian);
        return MeanAlongRows(alongRows.transpose(2, 3), gaussian).transpose(2, 3);
    }

    /// <summary><c>[N, 1, H, W + 10]</c> to <c>[N, 1, H, W]</c>.</summary>
    private Tensor MeanAlongRows(Tensor padded, bool gaussian)
    {
        long extent = padded.shape[3] - (2 * Half);
        long block = extent % BlockSize == 0 ? BlockSize : extent;
        // One flat product: a strided operand would become a batch of small ones.
        Tensor blocks = padded.unfold(3, block + (2 * Half), block).reshape(-1, block + (2 * Half));
        return mm(blocks, Window(block, gaussian, padded.device)).view(padded.shape[0], 1, padded.shape[2], extent);
    }

    /// <summary>Column j holds the window's weights of pixel j of a block, <c>[block + 10, block]</c>.</summary>
    private Tensor Window(long block, bool gaussian, Device device)
    {
        if (_windows.TryGetValue((block, gaussian), out Tensor? window))
        {
            return window;
        }

        double[] taps = [.. Enumerable.Range(-Half, WindowSize).Select(d => gaussian ? Math.Exp(-d * d / (2 * WindowSigma * WindowSigma)) : 1)];
        double sum = taps.Sum();
        var matrix = new float[(block + (2 * Half)) * block];
        for (long column = 0; column < block; column++)
        {
            for (int tap = 0; tap < WindowSize; tap++)
            {
                matrix[((column + tap) * block) + column] = (float)(taps[tap] / sum);
            }
        }

        window = tensor(matrix, [block + (2 * Half), block], device: device).DetachFromDisposeScope();
        _windows.Add((block, gaussian), window);
        return window;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor window in _windows.Values)
        {
            window.Dispose();
        }
    }
}
