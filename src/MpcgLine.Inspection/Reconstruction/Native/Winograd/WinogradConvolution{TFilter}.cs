using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction.Native.Winograd;

/// <summary>
/// A layer by one minimal filter along both axes. Values of all squares in a block become points, those times the kernels'
/// become sums over the channels, and the sums become results, sixteen channels at a time.
/// </summary>
/// <typeparam name="TFilter">The filter.</typeparam>
[SkipLocalsInit]
internal sealed unsafe class WinogradConvolution<TFilter> : WinogradConvolution
    where TFilter : struct, IMinimalFilter
{
    private const int Lanes = 8, Kernel = 3;

    // Squares of a block, and their values in floats. More squares or fewer are slower with each filter: sums leave the first-level cache, or
    // kernels are read more often. Values should stay in the second-level one.
    private const int MostSquares = 8, MostValues = 96 * 1024;

    // Without it a channel's values in two points lie a power of two apart, and drive one another from the cache.
    private const int Gap = 16;

    private static readonly int Points = TFilter.Points * TFilter.Points;

    [ThreadStatic]
    private static AlignedSingles? _scratch;

    private readonly int _inChannels, _outChannels;
    private readonly AlignedSingles _kernels, _bias;
    private readonly float _slope;

    /// <inheritdoc cref="WinogradConvolution.Of"/>
    public WinogradConvolution(LayerShape shape, Tensor weight, Tensor bias)
        : base(shape)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        (_inChannels, _outChannels) = (shape.InChannels, shape.OutChannels);
        _slope = shape.Activated ? (float)LayerShape.LeakySlope : 1;
        Tensor kernels = (shape.Transposed, shape.Stride) switch
        {
            (false, _) => weight,
            // The same sums, gathered instead of scattered.
            (true, 1) => weight.transpose(0, 1).flip(2, 3),
            _ => weight.transpose(0, 1),
        };
        _kernels = Transform(kernels.contiguous().Singles(), _inChannels, _outChannels);
        _bias = new AlignedSingles(_outChannels);
        bias.contiguous().Singles().CopyTo(_bias.Span);
    }

    /// <summary>G kernel G' of all channels: <c>[out / 16, points, in, 16]</c>, as the products read them.</summary>
    private static AlignedSingles Transform(ReadOnlySpan<float> kernels, int inChannels, int outChannels)
    {
        AlignedSingles transformed = new(Points * inChannels * outChannels);
        int pointStride = inChannels * MatrixProduct.Columns;
        for (int to = 0; to < outChannels; to++)
        {
            int matrix = to / MatrixProduct.Columns * Points * pointStride;
            for (int from = 0; from < inChannels; from++)
            {
                ReadOnlySpan<float> kernel = kernels.Slice(((to * inChannels) + from) * Kernel * Kernel, Kernel * Kernel);
                Transform(kernel, transformed.Span[(matrix + (from * MatrixProduct.Columns) + (to % MatrixProduct.Columns))..], pointStride);
            }
        }

        return transformed;
    }

    private static void Transform(ReadOnlySpan<float> kernel, Span<float> points, int pointStride)
    {
        ReadOnlySpan<double> factors = TFilter.Kernel;
        Span<double> half = stackalloc double[TFilter.Points * Kernel];
        for (int i = 0; i < half.Length; i++)
        {
            (int point, int x) = Math.DivRem(i, Kernel);
            ReadOnlySpan<double> row = factors.Slice(point * Kernel, Kernel);
            half[i] = (row[0] * kernel[x]) + (row[1] * kernel[x + Kernel]) + (row[2] * kernel[x + (2 * Kernel)]);
        }

        for (int i = 0; i < Points; i++)
        {
            (int y, int x) = Math.DivRem(i, TFilter.Points);
            ReadOnlySpan<double> down = half.Slice(y * Kernel, Kernel), row = factors.Slice(x * Kernel, Kernel);
            points[i * pointStride] = (float)((down[0] * row[0]) + (down[1] * row[1]) + (down[2] * row[2]));
        }
    }

    /// <inheritdoc/>
    protected override void Share(Job* job)
    {
        int down = SquaresAlong(job->Results.Height), across = SquaresAlong(job->Results.Width), all = job->Results.Count * down * across;
        int most = SquaresOfABlock(all);
        nint valueStride = ((nint)most * _inChannels) + Gap, sumStride = (most * MatrixProduct.Columns) + Gap;
        float* values = Scratch((Points * (int)(valueStride + sumStride)) + (TFilter.Values * TFilter.Values * _inChannels));
        float* sums = values + (Points * valueStride), border = sums + (Points * sumStride);
        for (int first = job->Take(most); first < all; first = job->Take(most))
        {
            int count = Math.Min(most, all - first);
            for (int i = 0; i < count; i++)
            {
                Read(job->Values, PlaceOf(first + i, down, across), border, values + ((nint)i * _inChannels), valueStride);
            }

            for (int to = 0; to < _outChannels; to += MatrixProduct.Columns)
            {
                Multiply(values, valueStride, to, count, sums, sumStride);
                for (int i = 0; i < count; i++)
                {
                    Write(job->Results, PlaceOf(first + i, down, across), to, sums + (i * MatrixProduct.Columns), sumStride);
                }
            }
        }
    }

    private static int SquaresAlong(int results) => (results + TFilter.Results - 1) / TFilter.Results;

    /// <summary>As many as the caches hold, or fewer where a map has so few that there would not be work for every thread.</summary>
    private int SquaresOfABlock(int all)
    {
        int fit = Math.Min(MostValues / (Points * _inChannels), all / Environment.ProcessorCount);
        return Math.Clamp(fit / MatrixProduct.Rows * MatrixProduct.Rows, MatrixProduct.Rows, MostSquares);
    }

    private static Place PlaceOf(int square, int down, int across)
    {
        (int row, int column) = Math.DivRem(square, across);
        (int tile, int rowInTile) = Math.DivRem(row, down);
        return new Place(tile, rowInTile, column);
    }

    /// <summary>One square's values in all points.</summary>
    private void Read(in NativeMap map, Place place, float* border, float* values, nint valueStride)
    {
        int top = (place.Row * TFilter.Step) - TFilter.Before, left = (place.Column * TFilter.Step) - TFilter.Before;
        bool isInside = top >= 0 && left >= 0 && top + TFilter.Values <= map.Height && left + TFilter.Values <= map.Width;
        float* from = isInside ? map.Pixel(place.Tile, top, left) : Bordered(map, place.Tile, top, left, border);
        nint rowStride = (isInside ? map.Width : TFilter.Values) * (nint)_inChannels;
        // The last channels may be done twice.
        for (int channel = 0, last = _inChannels - Lanes; channel <= last; channel = channel == last ? _inChannels : Math.Min(channel + Lanes, last))
        {
            TransformValues(from + channel, rowStride, values + channel, valueStride);
        }
    }

    /// <summary>A square's values with zeros where the map has none.</summary>
    private float* Bordered(in NativeMap map, int tile, int top, int left, float* border)
    {
        int firstColumn = Math.Max(left, 0), columns = Math.Min(left + TFilter.Values, map.Width) - firstColumn;
        new Span<float>(border, TFilter.Values * TFilter.Values * _inChannels).Clear();
        for (int y = Math.Max(top, 0); y < Math.Min(top + TFilter.Values, map.Height); y++)
        {
            float* row = border + ((((y - top) * TFilter.Values) + firstColumn - left) * _inChannels);
            new ReadOnlySpan<float>(map.Pixel(tile, y, firstColumn), columns * _inChannels)
                .CopyTo(new Span<float>(row, columns * _inChannels));
        }

        return border;
    }

    private void TransformValues(float* from, nint rowStride, float* values, nint valueStride)
    {
        float* half = stackalloc float[TFilter.Points * TFilter.Values * Lanes];
        for (int x = 0; x < TFilter.Values; x++)
        {
            TFilter.TransformValues(from + ((nint)x * _inChannels), rowStride, half + (x * Lanes), TFilter.Values * Lanes);
        }

        for (int y = 0; y < TFilter.Points; y++)
        {
            TFilter.TransformValues(half + (y * TFilter.Values * Lanes), Lanes, values + (y * TFilter.Points * valueStride), valueStride);
        }
    }

    /// <summary>Sums over the channels, for sixteen channels of the results.</summary>
    private void Multiply(float* values, nint valueStride, int to, int squares, float* sums, nint sumStride)
    {
        float* kernels = _kernels.Start + ((nint)Points * _inChannels * to);
        for (int point = 0; point < Points; point++)
        {
            for (int i = 0; i < squares; i += MatrixProduct.Rows)
            {
                MatrixProduct.Multiply(values + ((nint)i * _inChannels), _inChannels, kernels, sums + (i * MatrixProduct.Columns));
            }

            values += valueStride;
            sums += sumStride;
            kernels += _inChannels * MatrixProduct.Columns;
        }
    }

    /// <summary>Sixteen channels of one square's results.</summary>
    private void Write(in NativeMap map, Place place, int to, float* sums, nint sumStride)
    {
        float* half = stackalloc float[TFilter.Results * TFilter.Points * Lanes], row = stackalloc float[TFilter.Results * Lanes];
        int top = place.Row * TFilter.Results, left = place.Column * TFilter.Results;
        int rows = Math.Min(TFilter.Results, map.Height - top), columns = Math.Min(TFilter.Results, map.Width - left);
        Vector256<float> slope = Vector256.Create(_slope);
        for (int channel = to; channel < to + MatrixProduct.Columns; channel += Lanes, sums += Lanes)
        {
            for (int x = 0; x < TFilter.Points; x++)
            {
                TFilter.TransformSums(sums + (x * sumStride), TFilter.Points * sumStride, half + (x * Lanes), TFilter.Points * Lanes);
            }

            Vector256<float> bias = Vector256.Load(_bias.Start + channel);
            for (int y = 0; y < rows; y++)
            {
                float* target = map.Pixel(place.Tile, top + y, left) + channel;
                TFilter.TransformSums(half + (y * TFilter.Points * Lanes), Lanes, row, Lanes);
                for (int x = 0; x < columns; x++)
                {
                    Vector256<float> result = Vector256.Load(row + (x * Lanes)) + bias;
                    // What is no number is not below 0, and stays.
                    Vector256.ConditionalSelect(Vector256.LessThan(result, Vector256<float>.Zero), result * slope, result)
                        .Store(target + ((nint)x * _outChannels));
                }
            }
        }
    }

    /// <summary>This thread's memory, as large as any layer of this filter has needed; what was in it stays there.</summary>
    private static float* Scratch(int values)
    {
        if (_scratch is null || _scratch.Count < values)
        {
            _scratch = new AlignedSingles(values);
        }

        return _scratch.Start;
    }

    private readonly record struct Place(int Tile, int Row, int Column);
}
