using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Baselines;

/// <summary>
/// Three small autoencoders, one per level of a pyramid, each with clustered features: MS-FCAE re-implemented.
/// </summary>
/// <remarks>
/// Published (Yang, Chen, Song, Yin, IEEE TASE 16, 2019): fully convolutional autoencoders at several scales, clustering
/// of their encoded maps, a residual per scale, fused into one map. Neither layers nor constants were to be had, so they
/// are ours: levels of 512, 256 and 128 px; convolutions 5x5/2 to 16, 3x3/2 to 32 and 3x3 to 32 channels and their mirror
/// image, with batch normalisation and LeakyReLU(0.2), but no activation on the code z; 16 centres c with the soft
/// assignment of deep embedded clustering (Xie et al., ICML 2016) <c>q_k = (1 + |z - c_k|^2)^-1</c>, normalised, its
/// target <c>p_k = q_k^2 / sum q_k</c>, normalised; the decoder sees the mean of z and <c>sum q_k c_k</c>.
/// </remarks>
internal sealed class MsFcaeNetwork : IDisposable
{
    /// <summary>Levels of the pyramid.</summary>
    public const int Levels = 3;

    /// <summary>Channels of the code.</summary>
    public const int CodeChannels = 32;

    /// <summary>Centres per level.</summary>
    public const int Clusters = 16;

    private const int LayersPerLevel = 6, EncoderLayers = 3;
    private const float MidGray = 0.5f;
    private const double LeastShare = 1e-8;

    /// <summary>Initialises all levels from <paramref name="random"/>, the centres at 0; on the processor where no device is given.</summary>
    public MsFcaeNetwork(ScalarType precision, Random random, Device? device = null)
    {
        WeightArray centres = new([Clusters, CodeChannels], new float[Clusters * CodeChannels]);
        Network = new TrainableNetwork(
            [.. Enumerable.Range(0, Levels).SelectMany(Shapes)],
            precision,
            random,
            MidGray,
            device,
            Enumerable.Range(0, Levels).ToDictionary(CentresName, _ => centres));
    }

    /// <summary>All learnt tensors.</summary>
    public TrainableNetwork Network { get; }

    /// <summary>Edge of a level, px.</summary>
    public static int SizeOf(int level) => TileRowFindings.TileSize >> level;

    /// <summary>Name of a level's centres.</summary>
    public static string CentresName(int level) => $"level{level}.centres";

    /// <summary>The code z of a picture, <c>[N * H/4 * W/4, 32]</c> float32.</summary>
    /// <param name="level">Level of the pyramid.</param>
    /// <param name="picture"><c>[N, 1, H, W]</c> float32, 0..1.</param>
    /// <param name="training">Whether to normalise by the batch's statistics.</param>
    public Tensor Encode(int level, Tensor picture, bool training)
    {
        Tensor x = Network.Enter(picture);
        for (int i = 0; i < EncoderLayers; i++)
        {
            x = Network.RunLayer((level * LayersPerLevel) + i, x, training);
        }

        return x.to(ScalarType.Float32).permute(0, 2, 3, 1).reshape(-1, CodeChannels);
    }

    /// <summary>Reconstructs pictures of a level.</summary>
    /// <returns>The reconstruction, of the picture's shape, and the mean Kullback-Leibler divergence of p from q.</returns>
    public (Tensor Reconstruction, Tensor Divergence) Run(int level, Tensor picture, bool training)
    {
        Tensor code = Encode(level, picture, training);
        Tensor centres = Network.Tensors[CentresName(level)];
        Tensor squares = (code * code).sum([1L], keepdim: true) - (2 * code.matmul(centres.t())) + (centres * centres).sum([1L]);
        Tensor closeness = 1 / (1 + squares.clamp_min(0));
        Tensor share = closeness / closeness.sum([1L], keepdim: true);
        Tensor mixed = (code + share.matmul(centres)) / 2;

        long edge = picture.shape[2] / 4;
        Tensor x = Network.Enter(mixed.view(picture.shape[0], edge, edge, CodeChannels).permute(0, 3, 1, 2));
        for (int i = EncoderLayers; i < LayersPerLevel; i++)
        {
            x = Network.RunLayer((level * LayersPerLevel) + i, x, training);
        }

        return (x.to(ScalarType.Float32), Divergence(share));
    }

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();

    private static Tensor Divergence(Tensor share)
    {
        Tensor target;
        using (no_grad())
        {
            Tensor sharper = share * share / share.sum([0L], keepdim: true);
            target = (sharper / sharper.sum([1L], keepdim: true)).clamp_min(LeastShare);
        }

        return (target * (target.log() - share.clamp_min(LeastShare).log())).sum() / share.shape[0];
    }

    private static LayerShape[] Shapes(int level) =>
    [
        new($"level{level}.encoder.0", false, 1, 16, 5, 2, 2, true, true),
        new($"level{level}.encoder.1", false, 16, 32, 3, 2, 1, true, true),
        new($"level{level}.encoder.2", false, 32, CodeChannels, 3, 1, 1, true, false),
        new($"level{level}.decoder.2", true, CodeChannels, 32, 3, 1, 1, true, true),
        new($"level{level}.decoder.1", true, 32, 16, 3, 2, 1, true, true),
        new($"level{level}.decoder.0", true, 16, 1, 5, 2, 2, false, false),
    ];
}
