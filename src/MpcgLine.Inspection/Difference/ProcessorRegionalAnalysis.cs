using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Difference;

/// <summary>
/// <see cref="RegionalAnalysis.Change"/> for one tile on the processor: sixteen columns, then the sixteen patches of a row
/// at once. As products of small matrices it spent its time on copies. Inference thread only, whose work libtorch's threads share.
/// </summary>
/// <remarks>
/// A wave of even frequency is the same from either end, one of odd frequency its opposite: sums and differences of what
/// lies as far from both ends halve the products.
/// </remarks>
internal sealed class ProcessorRegionalAnalysis : IDisposable
{
    private const int Size = TileRowFindings.TileSize, Patch = RegionalAnalysis.PatchSize, Corner = RegionalAnalysis.CornerSize;
    private const int Lanes = 16, Patches = TileRowFindings.PatchCount;

    private readonly float[] _waves = Waves();
    private readonly RowsOfPatches _rows;
    private readonly float[] _source = new float[Patches * Patches];
    private readonly float[] _background = new float[Patches * Patches];
    private readonly Tensor _change;

    /// <summary>Allocates for one tile.</summary>
    public ProcessorRegionalAnalysis()
    {
        _rows = new RowsOfPatches(this);
        _change = zeros([1, Patches, Patches]).DetachFromDisposeScope();
    }

    /// <summary>The change of the feature, <c>|f(src) - f(rec)|</c> (left side of Eq. 20).</summary>
    /// <param name="tile"><c>[1, 1, 512, 512]</c> uint8, gray levels.</param>
    /// <param name="reconstruction">The same shape, float32.</param>
    /// <returns><c>[1, 16, 16]</c> float32, gray levels; stays this object's and is overwritten by the next call.</returns>
    public Tensor Change(Tensor tile, Tensor reconstruction)
    {
        _rows.Run(tile, reconstruction);
        Span<float> target = MemoryMarshal.Cast<byte, float>(_change.bytes);
        for (int patch = 0; patch < target.Length; patch++)
        {
            target[patch] = Math.Abs(_source[patch] - _background[patch]);
        }

        return _change;
    }

    /// <summary>Feature f of a row's patches (Eq. 19).</summary>
    private void Features<T>(T pixels, int row, Span<float> features)
        where T : IGrayLevels, allows ref struct
    {
        // After the transform along the columns, [L, 32, 16]: what belongs to one column of all patches lies together.
        Span<float> columns = stackalloc float[Corner * Patch * Patches];
        AlongColumns(pixels, row * Patch * Size, columns);
        AlongRows(columns).CopyTo(features[(row * Patches)..]);
    }

    private void AlongColumns<T>(T pixels, int first, Span<float> columns)
        where T : IGrayLevels, allows ref struct
    {
        Span<Vector512<float>> frequencies = stackalloc Vector512<float>[Corner];
        Span<float> lanes = stackalloc float[Lanes];
        for (int x = 0; x < Size; x += Lanes)
        {
            Transform(pixels, first + x, Size, frequencies);
            int patch = x / Patch, column = x % Patch;
            for (int u = 0; u < Corner; u++)
            {
                frequencies[u].CopyTo(lanes);
                for (int lane = 0; lane < Lanes; lane++)
                {
                    columns[(((u * Patch) + column + lane) * Patches) + patch] = lanes[lane];
                }
            }
        }
    }

    /// <summary>Mean amplitude of the low frequencies of a row's patches, that of their mean left out.</summary>
    private Vector512<float> AlongRows(ReadOnlySpan<float> values)
    {
        Span<Vector512<float>> frequencies = stackalloc Vector512<float>[Corner];
        var columns = new SingleLevels(values);
        Vector512<float> sum = Vector512<float>.Zero;
        for (int u = 0; u < Corner; u++)
        {
            Transform(columns, u * Patch * Patches, Patches, frequencies);
            for (int v = u == 0 ? 1 : 0; v < Corner; v++)
            {
                sum += Vector512.Abs(frequencies[v]);
            }
        }

        return sum / Vector512.Create((float)((Corner * Corner) - 1));
    }

    /// <summary>
    /// The low frequencies of 32 values a stride apart, for sixteen such columns at once. What lies as far from both ends is read
    /// together, and all frequencies are summed up at once: no sum waits for another.
    /// </summary>
    private void Transform<T>(T values, int start, int stride, Span<Vector512<float>> frequencies)
        where T : IGrayLevels, allows ref struct
    {
        Vector512<float> f0 = Vector512<float>.Zero, f1 = f0, f2 = f0, f3 = f0, f4 = f0, f5 = f0, f6 = f0, f7 = f0;
        ReadOnlySpan<float> waves = _waves;
        for (int i = 0; i < Patch / 2; i++)
        {
            Vector512<float> first = values.Sixteen(start + (i * stride)), last = values.Sixteen(start + ((Patch - 1 - i) * stride));
            Vector512<float> sum = first + last, difference = first - last;
            ReadOnlySpan<float> wave = waves.Slice(Corner * i, Corner);
            f0 = Vector512.FusedMultiplyAdd(sum, Vector512.Create(wave[0]), f0);
            f1 = Vector512.FusedMultiplyAdd(difference, Vector512.Create(wave[1]), f1);
            f2 = Vector512.FusedMultiplyAdd(sum, Vector512.Create(wave[2]), f2);
            f3 = Vector512.FusedMultiplyAdd(difference, Vector512.Create(wave[3]), f3);
            f4 = Vector512.FusedMultiplyAdd(sum, Vector512.Create(wave[4]), f4);
            f5 = Vector512.FusedMultiplyAdd(difference, Vector512.Create(wave[5]), f5);
            f6 = Vector512.FusedMultiplyAdd(sum, Vector512.Create(wave[6]), f6);
            f7 = Vector512.FusedMultiplyAdd(difference, Vector512.Create(wave[7]), f7);
        }

        // The last first: one check of the bounds is then enough.
        frequencies[7] = f7;
        frequencies[6] = f6;
        frequencies[5] = f5;
        frequencies[4] = f4;
        frequencies[3] = f3;
        frequencies[2] = f2;
        frequencies[1] = f1;
        frequencies[0] = f0;
    }

    /// <summary>First halves of the waves, <c>[16, 8]</c>: what belongs to one place lies together.</summary>
    private static float[] Waves()
    {
        float[] basis = RegionalAnalysis.Basis();
        return [.. from i in Enumerable.Range(0, Patch / 2)
                   from frequency in Enumerable.Range(0, Corner)
                   select basis[(frequency * Patch) + i]];
    }

    /// <inheritdoc/>
    public void Dispose() => _change.Dispose();

    /// <summary>Rows of patches of a tile, and of its reconstruction, shared among threads.</summary>
    private sealed class RowsOfPatches(ProcessorRegionalAnalysis owner) : TeamWork
    {
        private Tensor? _tile, _reconstruction;

        public void Run(Tensor tile, Tensor reconstruction)
        {
            if (ByteLevels.Of(tile).Count != Size * Size || reconstruction.dtype != ScalarType.Float32 || reconstruction.Singles().Length != Size * Size)
            {
                throw new ArgumentException($"A tile has {tile.numel()} and its reconstruction {reconstruction.numel()} values; {Size * Size} bytes and as many numbers in single precision are expected.", nameof(tile));
            }

            (_tile, _reconstruction) = (tile, reconstruction);
            Share(2 * Patches);
            (_tile, _reconstruction) = (null, null);
        }

        protected override void Do(int part)
        {
            (int row, int image) = Math.DivRem(part, 2);
            if (image == 0)
            {
                owner.Features(new ByteLevels(_tile!.bytes), row, owner._source);
            }
            else
            {
                owner.Features(new SingleLevels(MemoryMarshal.Cast<byte, float>(_reconstruction!.bytes)), row, owner._background);
            }
        }
    }
}
