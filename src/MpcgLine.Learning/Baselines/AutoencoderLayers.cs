using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.Learning.Baselines;

/// <summary>
/// The autoencoder of Bergmann et al. (VISAPP 2019, arXiv 1807.02011): 128 x 128 px to 100 numbers and back.
/// </summary>
/// <remarks>
/// As published: channels, kernels, strides, LeakyReLU(0.2), 100 latent numbers for textures, a latent layer without an
/// activation. Ours: batch normalisation after every inner layer, without which minutes of training are not enough, and a
/// linear last layer whose output is clamped, as in Table 4's network.
/// </remarks>
internal static class AutoencoderLayers
{
    /// <summary>Edge of the crops it sees, px.</summary>
    public const int Crop = 128;

    // Encoder: out channels, kernel, stride. The decoder is its mirror image.
    private static readonly (int Channels, int Kernel, int Stride)[] Encoder =
        [(32, 4, 2), (32, 4, 2), (32, 3, 1), (64, 4, 2), (64, 3, 1), (128, 4, 2), (64, 3, 1), (32, 3, 1), (100, 8, 1)];

    /// <summary>All layers in order.</summary>
    public static IReadOnlyList<LayerShape> Shapes()
    {
        List<LayerShape> layers = [];
        int channels = 1;
        for (int i = 0; i < Encoder.Length; i++)
        {
            bool isLatent = i == Encoder.Length - 1;
            (int next, int kernel, int stride) = Encoder[i];
            layers.Add(new LayerShape($"encoder.{i}", false, channels, next, kernel, stride, Padding(kernel), !isLatent, !isLatent));
            channels = next;
        }

        for (int i = Encoder.Length - 1; i >= 0; i--)
        {
            (_, int kernel, int stride) = Encoder[i];
            int next = i > 0 ? Encoder[i - 1].Channels : 1;
            layers.Add(new LayerShape($"decoder.{i}", true, channels, next, kernel, stride, Padding(kernel), i > 0, i > 0));
            channels = next;
        }

        return layers;
    }

    /// <summary>The 8 x 8 layer sees all that is left; the others keep the size, or halve it.</summary>
    private static int Padding(int kernel) => kernel == 8 ? 0 : 1;
}
