using MpcgLine.Inspection.Tiling;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// E_pre and D_post over blocks of pixels (space to depth), a channel per pixel of a block: the same sums, zeros filling up the
/// kernels, but from or to several channels instead of one, which the library's convolutions are far better at. E_pre reads
/// blocks of 2 x 2 px with a kernel of 3 x 3. D_post gives blocks of 4 x 4 px, one for 2 x 2 pixels of what it reads, with one
/// of 4 x 4: sixteen channels fill a vector.
/// </summary>
internal static class BlockLayers
{
    /// <summary>Edge of a block that E_pre reads, px: its stride.</summary>
    public const int Block = 2;

    /// <summary>Channels of a block: its pixels row by row, the order of <c>pixel_unshuffle</c>.</summary>
    public const int Pixels = Block * Block;

    /// <summary>Blocks along a tile's edge, and pixels of what D_post reads.</summary>
    public const int BlocksPerSide = TileRowFindings.TileSize / Block;

    /// <summary>Edge of a block that D_post gives, px.</summary>
    public const int ResultBlock = 4;

    /// <summary>Channels of such a block: its pixels row by row, the order of <c>pixel_shuffle</c>.</summary>
    public const int ResultPixels = ResultBlock * ResultBlock;

    /// <summary>Such blocks along a tile's edge.</summary>
    public const int ResultBlocksPerSide = TileRowFindings.TileSize / ResultBlock;

    // 3 x 3 blocks are 6 x 6 px: one column and one row more than the kernel has.
    private const int BlockKernel = 3;

    // A block of the result takes two pixels that lie over it, and one on either side.
    private const int ResultKernel = 4;

    /// <summary>E_pre over blocks, <c>[N, 4, 256, 256]</c> to <c>[N, C, 256, 256]</c>.</summary>
    /// <param name="pre">Convolution from one channel with a kernel of 5, a stride of 2 and a padding of 2.</param>
    /// <param name="weights">Weights by name, float32, on the processor or on the device; not taken over.</param>
    /// <returns>The layer, and its kernel and bias in the caller's dispose scope.</returns>
    public static (LayerShape Shape, Tensor Weight, Tensor Bias) Convolution(LayerShape pre, IReadOnlyDictionary<string, Tensor> weights)
    {
        (Tensor weight, Tensor bias) = FoldedLayer.Fold(pre, weights);
        Tensor kernel = nn.functional.pad(weight, [0, 1, 0, 1])
            .view(pre.OutChannels, BlockKernel, Block, BlockKernel, Block)
            .permute(0, 2, 4, 1, 3)
            .reshape(pre.OutChannels, Pixels, BlockKernel, BlockKernel);
        return (pre with { InChannels = Pixels, Kernel = BlockKernel, Stride = 1, Padding = 1 }, kernel, bias);
    }

    /// <summary>D_post over blocks, <c>[N, C, 256, 256]</c> to <c>[N, 16, 128, 128]</c>.</summary>
    /// <param name="post">Transposed convolution to one channel with a kernel of 5, a stride of 2 and a padding of 2.</param>
    /// <param name="weights">Weights by name, float32, on the processor or on the device; not taken over.</param>
    /// <returns>The layer, and its kernel and bias in the caller's dispose scope.</returns>
    public static (LayerShape Shape, Tensor Weight, Tensor Bias) TransposedConvolution(LayerShape post, IReadOnlyDictionary<string, Tensor> weights)
    {
        (Tensor weight, Tensor bias) = FoldedLayer.Fold(post, weights);
        // Row p of a block takes row d of the four pixels by the kernel's row p + 4 - 2 d, where there is one, and columns alike.
        Tensor taps = zeros([ResultBlock, ResultKernel, post.Kernel], weight.dtype, weight.device);
        for (int p = 0; p < ResultBlock; p++)
        {
            for (int d = 0; d < ResultKernel; d++)
            {
                int tap = p + post.Padding + (post.Stride * (1 - d));
                if (tap >= 0 && tap < post.Kernel)
                {
                    taps[p, d, tap] = 1;
                }
            }
        }

        Tensor kernel = einsum("pdk,qel,ckl->pqcde", taps, taps, weight.squeeze(1))
            .reshape(ResultPixels, post.InChannels, ResultKernel, ResultKernel);
        var overBlocks = post with { Transposed = false, OutChannels = ResultPixels, Kernel = ResultKernel, Padding = 1 };
        return (overBlocks, kernel, bias.repeat(ResultPixels));
    }
}
