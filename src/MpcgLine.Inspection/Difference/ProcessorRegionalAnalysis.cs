using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Difference;

/// <summary>
/// <see cref="RegionalAnalysis.Change"/> for one tile on the processor: sixteen columns, then the sixteen patches of a row
/// at once. As products of small matrices it spent its time on copies. Inference thread only.
/// </summary>
/// <remarks>
/// A wave of even frequency is the same from either end, one of odd frequency its opposite: sums and differences of what
/// lies as far from both ends halve the products.
/// </remarks>
internal sealed class ProcessorRegionalAnalysis : IDisposable
{
    private const int Size = TileRowFindings.TileSize, Patch = RegionalAnalysis.PatchSize, Corner = RegionalAnalysis.CornerSize;
    private const int Lanes = 16, Patches = TileRowFindings.PatchCount, VectorsPerRow = Size / Lanes;

    private readonly float[] _basis = RegionalAnalysis.Basis();

    // One row of patches after the transform along its columns, [L, 32, 16]: what belongs to one column of all patches
    // lies together.
    private readonly float[] _columns = new float[Corner * Patch * Patches];
    private readonly Vector512<float>[] _sums = new Vector512<float>[Patch / 2];
    private readonly Vector512<float>[] _differences = new Vector512<float>[Patch / 2];
    private readonly float[] _source = new float[Patches * Patches];
    private readonly float[] _background = new float[Patches * Patches];
    private readonly Tensor _change;

    /// <summary>Allocates for one tile.</summary>
    public ProcessorRegionalAnalysis() => _change = zeros([1, Patches, Patches]).DetachFromDisposeScope();

    /// <summary>The change of the feature, <c>|f(src) - f(rec)|</c> (left side of Eq. 20).</summary>
    /// <param name="tile"><c>[1, 1, 512, 512]</c> float32, gray levels.</param>
    /// <param name="reconstruction">The same shape.</param>
    /// <returns><c>[1, 16, 16]</c> float32, gray levels; stays this object's and is overwritten by the next call.</returns>
    public Tensor Change(Tensor tile, Tensor reconstruction)
    {
        Features(tile, _source);
        Features(reconstruction, _background);
        Span<float> target = MemoryMarshal.Cast<byte, float>(_change.bytes);
        for (int patch = 0; patch < target.Length; patch++)
        {
            target[patch] = Math.Abs(_source[patch] - _background[patch]);
        }

        return _change;
    }

    /// <summary>Feature f of every patch (Eq. 19).</summary>
    private void Features(Tensor image, Span<float> features)
    {
        ReadOnlySpan<Vector512<float>> pixels = MemoryMarshal.Cast<byte, Vector512<float>>(image.contiguous().bytes);
        for (int row = 0; row < Patches; row++)
        {
            AlongColumns(pixels.Slice(row * Patch * VectorsPerRow, Patch * VectorsPerRow));
            AlongRows().CopyTo(features[(row * Patches)..]);
        }
    }

    private void AlongColumns(ReadOnlySpan<Vector512<float>> rows)
    {
        Span<float> lanes = stackalloc float[Lanes];
        for (int x = 0; x < VectorsPerRow; x++)
        {
            Fold(rows[x..], VectorsPerRow);
            int patch = x * Lanes / Patch, column = x * Lanes % Patch;
            for (int u = 0; u < Corner; u++)
            {
                Frequency(u).CopyTo(lanes);
                for (int lane = 0; lane < Lanes; lane++)
                {
                    _columns[(((u * Patch) + column + lane) * Patches) + patch] = lanes[lane];
                }
            }
        }
    }

    /// <summary>Mean amplitude of the low frequencies of a row's patches, that of their mean left out.</summary>
    private Vector512<float> AlongRows()
    {
        ReadOnlySpan<Vector512<float>> columns = MemoryMarshal.Cast<float, Vector512<float>>(_columns);
        Vector512<float> sum = Vector512<float>.Zero;
        for (int u = 0; u < Corner; u++)
        {
            Fold(columns.Slice(u * Patch, Patch), 1);
            for (int v = u == 0 ? 1 : 0; v < Corner; v++)
            {
                sum += Vector512.Abs(Frequency(v));
            }
        }

        return sum / Vector512.Create((float)((Corner * Corner) - 1));
    }

    /// <summary>Takes 32 values, a stride apart, as sums and differences of the first and the last, the second and the last but one...</summary>
    private void Fold(ReadOnlySpan<Vector512<float>> values, int stride)
    {
        for (int i = 0; i < _sums.Length; i++)
        {
            Vector512<float> first = values[i * stride], last = values[(Patch - 1 - i) * stride];
            _sums[i] = first + last;
            _differences[i] = first - last;
        }
    }

    /// <summary>A frequency of what was folded.</summary>
    private Vector512<float> Frequency(int frequency)
    {
        ReadOnlySpan<Vector512<float>> folded = frequency % 2 == 0 ? _sums : _differences;
        ReadOnlySpan<float> wave = _basis.AsSpan(frequency * Patch, folded.Length);
        // Two sums: each product waits for the one before it in its sum.
        Vector512<float> even = Vector512<float>.Zero, odd = Vector512<float>.Zero;
        for (int i = 0; i < wave.Length; i += 2)
        {
            even = Vector512.FusedMultiplyAdd(folded[i], Vector512.Create(wave[i]), even);
            odd = Vector512.FusedMultiplyAdd(folded[i + 1], Vector512.Create(wave[i + 1]), odd);
        }

        return even + odd;
    }

    /// <inheritdoc/>
    public void Dispose() => _change.Dispose();
}
