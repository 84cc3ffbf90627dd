using MpcgLine.Inspection.Tiling;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// E_pre and D_post over blocks of 2 x 2 px (space to depth), four channels per block. A kernel of 5 x 5 with stride 2 over
/// pixels is one of 3 x 3 with stride 1 over blocks, zeros filling it up: the same sums, but over four channels instead of
/// one, which the library's convolutions are far better at.
/// </summary>
internal static class BlockLayers
{
    /// <summary>Edge of a block, px: the stride of both layers.</summary>
    public const int Block = 2;

    /// <summary>Channels of a block: its pixels row by row, the order of <c>pixel_unshuffle</c>.</summary>
    public const int Pixels = Block * Block;

    /// <summary>Blocks along a tile's edge.</summary>
    public const int BlocksPerSide = TileRowFindings.TileSize / Block;

    // 3 x 3 blocks are 6 x 6 px: one column and one row more than the kernel has.
    private const int BlockKernel = 3;

    /// <summary>E_pre over blocks, <c>[N, 4, 256, 256]</c> to <c>[N, C, 256, 256]</c>.</summary>
    /// <param name="pre">Convolution from one channel with a kernel of 5, a stride of 2 and a padding of 2.</param>
    /// <param name="weights">Weights by name, float32 on the CPU; not taken over.</param>
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

    /// <summary>D_post over blocks, <c>[N, C, 256, 256]</c> to <c>[N, 4, 256, 256]</c>.</summary>
    /// <param name="post">Transposed convolution to one channel with a kernel of 5, a stride of 2 and a padding of 2.</param>
    /// <param name="weights">Weights by name, float32 on the CPU; not taken over.</param>
    /// <returns>The layer, and its kernel and bias in the caller's dispose scope.</returns>
    public static (LayerShape Shape, Tensor Weight, Tensor Bias) TransposedConvolution(LayerShape post, IReadOnlyDictionary<string, Tensor> weights)
    {
        (Tensor weight, Tensor bias) = FoldedLayer.Fold(post, weights);
        // Output pixel 2 o + p takes input o + d by the kernel's element 2 + p - 2 d: backwards over blocks, forwards in one.
        Tensor kernel = nn.functional.pad(weight, [0, 1, 0, 1])
            .flip(2, 3)
            .view(post.InChannels, BlockKernel, Block, BlockKernel, Block)
            .flip(2, 4)
            .permute(2, 4, 0, 1, 3)
            .reshape(Pixels, post.InChannels, BlockKernel, BlockKernel);
        return (post with { Transposed = false, OutChannels = Pixels, Kernel = BlockKernel, Stride = 1, Padding = 1 }, kernel, bias.repeat(Pixels));
    }
}
