using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Primitives;
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
    private const int Lanes = 16, Patches = TileRowFindings.PatchCount;

    // Even frequencies read the sums, odd ones the differences, four of each at once.
    private const int AtOnce = Corner / 2;

    private readonly float[] _evenWaves = Waves(0);
    private readonly float[] _oddWaves = Waves(1);

    // One row of patches after the transform along its columns, [L, 32, 16]: what belongs to one column of all patches
    // lies together.
    private readonly float[] _columns = new float[Corner * Patch * Patches];
    private readonly Vector512<float>[] _sums = new Vector512<float>[Patch / 2];
    private readonly Vector512<float>[] _differences = new Vector512<float>[Patch / 2];
    private readonly Vector512<float>[] _frequencies = new Vector512<float>[Corner];
    private readonly float[] _source = new float[Patches * Patches];
    private readonly float[] _background = new float[Patches * Patches];
    private readonly Tensor _change;

    /// <summary>Allocates for one tile.</summary>
    public ProcessorRegionalAnalysis() => _change = zeros([1, Patches, Patches]).DetachFromDisposeScope();

    /// <summary>The change of the feature, <c>|f(src) - f(rec)|</c> (left side of Eq. 20).</summary>
    /// <param name="tile"><c>[1, 1, 512, 512]</c> uint8, gray levels.</param>
    /// <param name="reconstruction">The same shape, float32.</param>
    /// <returns><c>[1, 16, 16]</c> float32, gray levels; stays this object's and is overwritten by the next call.</returns>
    public Tensor Change(Tensor tile, Tensor reconstruction)
    {
        Features(ByteLevels.Of(tile), _source);
        Features(new SingleLevels(MemoryMarshal.Cast<byte, float>(reconstruction.contiguous().bytes)), _background);
        Span<float> target = MemoryMarshal.Cast<byte, float>(_change.bytes);
        for (int patch = 0; patch < target.Length; patch++)
        {
            target[patch] = Math.Abs(_source[patch] - _background[patch]);
        }

        return _change;
    }

    /// <summary>Feature f of every patch (Eq. 19).</summary>
    private void Features<T>(T pixels, Span<float> features)
        where T : IGrayLevels, allows ref struct
    {
        for (int row = 0; row < Patches; row++)
        {
            AlongColumns(pixels, row * Patch * Size);
            AlongRows().CopyTo(features[(row * Patches)..]);
        }
    }

    private void AlongColumns<T>(T pixels, int first)
        where T : IGrayLevels, allows ref struct
    {
        Span<float> lanes = stackalloc float[Lanes];
        for (int x = 0; x < Size; x += Lanes)
        {
            Fold(pixels, first + x, Size);
            Transform();
            int patch = x / Patch, column = x % Patch;
            for (int u = 0; u < Corner; u++)
            {
                _frequencies[u].CopyTo(lanes);
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
        var columns = new SingleLevels(_columns);
        Vector512<float> sum = Vector512<float>.Zero;
        for (int u = 0; u < Corner; u++)
        {
            Fold(columns, u * Patch * Patches, Patches);
            Transform();
            for (int v = u == 0 ? 1 : 0; v < Corner; v++)
            {
                sum += Vector512.Abs(_frequencies[v]);
            }
        }

        return sum / Vector512.Create((float)((Corner * Corner) - 1));
    }

    /// <summary>Takes 32 values, a stride apart, as sums and differences of the first and the last, the second and the last but one...</summary>
    private void Fold<T>(T values, int start, int stride)
        where T : IGrayLevels, allows ref struct
    {
        for (int i = 0; i < _sums.Length; i++)
        {
            Vector512<float> first = values.Sixteen(start + (i * stride)), last = values.Sixteen(start + ((Patch - 1 - i) * stride));
            _sums[i] = first + last;
            _differences[i] = first - last;
        }
    }

    /// <summary>All frequencies of what was folded, in their order.</summary>
    private void Transform()
    {
        Transform(_sums, _evenWaves, 0);
        Transform(_differences, _oddWaves, 1);
    }

    /// <summary>Four frequencies at once: what was folded is read once for all, and no sum waits for another.</summary>
    private void Transform(ReadOnlySpan<Vector512<float>> folded, ReadOnlySpan<float> waves, int first)
    {
        Vector512<float> a = Vector512<float>.Zero, b = a, c = a, d = a;
        for (int i = 0; i < folded.Length; i++)
        {
            Vector512<float> value = folded[i];
            ReadOnlySpan<float> wave = waves.Slice(AtOnce * i, AtOnce);
            a = Vector512.FusedMultiplyAdd(value, Vector512.Create(wave[0]), a);
            b = Vector512.FusedMultiplyAdd(value, Vector512.Create(wave[1]), b);
            c = Vector512.FusedMultiplyAdd(value, Vector512.Create(wave[2]), c);
            d = Vector512.FusedMultiplyAdd(value, Vector512.Create(wave[3]), d);
        }

        _frequencies[first] = a;
        _frequencies[first + 2] = b;
        _frequencies[first + 4] = c;
        _frequencies[first + 6] = d;
    }

    /// <summary>Halves of the waves of every other frequency, <c>[16, 4]</c>.</summary>
    private static float[] Waves(int first)
    {
        float[] basis = RegionalAnalysis.Basis();
        return [.. from i in Enumerable.Range(0, Patch / 2)
                   from step in Enumerable.Range(0, AtOnce)
                   select basis[((first + (2 * step)) * Patch) + i]];
    }

    /// <inheritdoc/>
    public void Dispose() => _change.Dispose();
}
