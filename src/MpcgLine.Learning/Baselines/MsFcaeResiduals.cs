using System.Runtime.InteropServices;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Baselines;

/// <summary>What a tile and its reconstruction differ by, on every level of the pyramid. One thread.</summary>
internal sealed class MsFcaeResiduals : IDisposable
{
    private readonly MsFcaeNetwork _network = new(ScalarType.Float32, new Random(0));
    private readonly CollectionGuard _guard = new();
    private readonly float[][] _levels =
        [.. Enumerable.Range(0, MsFcaeNetwork.Levels).Select(level => new float[MsFcaeNetwork.SizeOf(level) * MsFcaeNetwork.SizeOf(level)])];

    /// <summary>Takes the learnt weights.</summary>
    /// <exception cref="ModelException">A tensor is missing or has another size.</exception>
    public MsFcaeResiduals(IReadOnlyDictionary<string, WeightArray> learnt) => _network.Network.Load(learnt);

    /// <summary>Signed residuals by level, <c>[512 / 2^level, 512 / 2^level]</c> gray levels; valid until the next call.</summary>
    public float[][] Of(ReadOnlySpan<byte> tile)
    {
        for (int i = 0; i < tile.Length; i++)
        {
            _levels[0][i] = tile[i] / 255f;
        }

        for (int level = 1; level < MsFcaeNetwork.Levels; level++)
        {
            GrayPyramid.Halve(_levels[level - 1], MsFcaeNetwork.SizeOf(level - 1), _levels[level]);
        }

        // The layers make temporary scalars, which a collection may free under the native call.
        return _guard.Run(Subtract);
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    private float[][] Subtract()
    {
        using IDisposable inference = inference_mode();
        for (int level = 0; level < MsFcaeNetwork.Levels; level++)
        {
            using DisposeScope scope = NewDisposeScope();
            int size = MsFcaeNetwork.SizeOf(level);
            Tensor picture = tensor(_levels[level], [1, 1, size, size]);
            Tensor reconstruction = _network.Run(level, picture, training: false).Reconstruction.clamp(0, 1);
            Tensor residual = ((picture - reconstruction) * 255).contiguous();
            MemoryMarshal.Cast<byte, float>(residual.bytes).CopyTo(_levels[level]);
        }

        return _levels;
    }
}
