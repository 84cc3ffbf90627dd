using System.Runtime.InteropServices;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Losses;
using MpcgLine.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Baselines;

/// <summary>
/// The autoencoder of Bergmann et al. over a tile: windows of 128 px every 32 px, their residuals averaged where they
/// overlap.
/// </summary>
/// <remarks>
/// L2: the distance is the root of the mean squared residual, gray levels. SSIM: it is the mean of 1 - SSIM, with the
/// windows and constants of the loss. A stride of 32 is that of the third-party program. Windows without an inspected
/// pixel are left out.
/// </remarks>
internal sealed class AutoencoderMap : IDistanceMap
{
    private const int Size = TileRowFindings.TileSize, Crop = AutoencoderLayers.Crop, Stride = 32;

    private readonly bool _isSsim;
    private readonly TrainableNetwork _network;
    private readonly ReconstructionLoss _loss = new(LossKind.Ssim);
    private readonly CollectionGuard _guard = new();
    private readonly List<(int X, int Y)> _windows = [];
    private readonly byte[] _crops = new byte[(((Size - Crop) / Stride) + 1) * Crop * Crop];
    private readonly float[] _distance = new float[Size * Size];
    private readonly float[] _residual = new float[Size * Size];
    private readonly int[] _count = new int[Size * Size];

    /// <summary>Takes the learnt weights; measures by SSIM, or by squares.</summary>
    /// <exception cref="ModelException">A tensor is missing or has another size.</exception>
    public AutoencoderMap(IReadOnlyDictionary<string, WeightArray> learnt, bool isSsim)
    {
        _isSsim = isSsim;
        _network = new TrainableNetwork(AutoencoderLayers.Shapes(), ScalarType.Float32, new Random(0));
        _network.Load(learnt);
    }

    /// <inheritdoc/>
    public void Compare(ReadOnlySpan<byte> tile, ReadOnlySpan<byte> inspected, Span<float> distance, Span<sbyte> residual)
    {
        Array.Clear(_distance);
        Array.Clear(_residual);
        Array.Clear(_count);
        for (int y = 0; y + Crop <= Size; y += Stride)
        {
            CutRow(y, tile, inspected);
            if (_windows.Count > 0)
            {
                // The layers make temporary scalars, which a collection may free under the native call.
                _guard.Run(AddRow);
            }
        }

        for (int i = 0; i < distance.Length; i++)
        {
            int count = Math.Max(1, _count[i]);
            distance[i] = _isSsim ? _distance[i] / count : MathF.Sqrt(_distance[i] / count);
            residual[i] = (sbyte)Math.Clamp(MathF.Round(_residual[i] / count), -127, 127);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _network.Dispose();
        _loss.Dispose();
    }

    private void CutRow(int y, ReadOnlySpan<byte> tile, ReadOnlySpan<byte> inspected)
    {
        _windows.Clear();
        for (int x = 0; x + Crop <= Size; x += Stride)
        {
            bool any = false;
            for (int line = 0; line < Crop; line++)
            {
                int first = ((y + line) * Size) + x;
                tile.Slice(first, Crop).CopyTo(_crops.AsSpan(((_windows.Count * Crop) + line) * Crop));
                any |= inspected.Slice(first, Crop).ContainsAnyExcept((byte)0);
            }

            if (any)
            {
                _windows.Add((x, y));
            }
        }
    }

    private bool AddRow()
    {
        using IDisposable inference = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        Tensor crops = zeros([_windows.Count, 1, Crop, Crop], ScalarType.Byte);
        _crops.AsSpan(0, _windows.Count * Crop * Crop).CopyTo(crops.bytes);
        Tensor source = crops.to(ScalarType.Float32) / 255;
        Tensor reconstruction = _network.RunAll(source, training: false).clamp(0, 1);
        Tensor difference = ((source - reconstruction) * 255).contiguous();
        Tensor distance = (_isSsim ? 1 - _loss.Ssim(source, reconstruction) : difference * difference).contiguous();
        ReadOnlySpan<float> differences = MemoryMarshal.Cast<byte, float>(difference.bytes);
        ReadOnlySpan<float> distances = MemoryMarshal.Cast<byte, float>(distance.bytes);
        for (int i = 0; i < differences.Length; i++)
        {
            (int x, int y) = _windows[i / (Crop * Crop)];
            int pixel = ((y + (i / Crop % Crop)) * Size) + x + (i % Crop);
            _distance[pixel] += distances[i];
            _residual[pixel] += differences[i];
            _count[pixel]++;
        }

        return true;
    }
}
