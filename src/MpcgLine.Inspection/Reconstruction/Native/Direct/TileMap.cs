using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction.Native.Direct;

/// <summary>
/// One tile's map outside the collector's memory, pixel by pixel with channels innermost, and around it a border of what stands
/// for 0, which whoever writes it leaves alone: a convolution reads its padding there. Made once, overwritten tile by tile.
/// </summary>
internal sealed unsafe class TileMap : IDisposable
{
    private const int Alignment = 64;

    private byte* _memory;

    /// <summary>Allocates it; all of it holds what stands for 0.</summary>
    /// <param name="type">Of its values: bytes, bfloat16 or float32.</param>
    /// <param name="size">Pixels along either edge.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="granularity">Of what channels there are room for a multiple of.</param>
    /// <param name="border">Pixels on each side.</param>
    /// <param name="scale">What bytes stand for; null for numbers.</param>
    public TileMap(ScalarType type, int size, int channels, int granularity, int border, ByteScale? scale)
    {
        if ((type == ScalarType.Byte) != scale is not null)
        {
            throw new ArgumentException($"Values of type {type} {(scale is null ? "need" : "have no")} scale.", nameof(scale));
        }

        (Type, Size, Channels, Border, Scale) = (type, size, channels, border, scale);
        PixelBytes = (channels + granularity - 1) / granularity * granularity * MicroKernel.ElementBytes(type);
        RowBytes = PixelBytes * (border + size + border);
        nuint length = (nuint)RowBytes * (nuint)(border + size + border);
        _memory = (byte*)NativeMemory.AlignedAlloc(length, Alignment);
        NativeMemory.Fill(_memory, length, (byte)(scale?.Zero ?? 0));
    }

    /// <summary>Type of its values.</summary>
    public ScalarType Type { get; }

    /// <summary>Pixels along either edge.</summary>
    public int Size { get; }

    /// <summary>Channels, besides which there may be room for more.</summary>
    public int Channels { get; }

    /// <summary>Pixels of the border on each side.</summary>
    public int Border { get; }

    /// <summary>What bytes stand for; null for numbers.</summary>
    public ByteScale? Scale { get; }

    /// <summary>Bytes from one pixel to the next.</summary>
    public int PixelBytes { get; }

    /// <summary>Bytes from one row to the next.</summary>
    public int RowBytes { get; }

    /// <summary>A pixel's first channel; rows and columns of the border count from -<see cref="Border"/>.</summary>
    public byte* Pixel(int y, int x)
    {
        ObjectDisposedException.ThrowIf(_memory is null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(y + Border);
        ArgumentOutOfRangeException.ThrowIfNegative(x + Border);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(y, Size + Border);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(x, Size + Border);
        return _memory + ((nint)(Border + y) * RowBytes) + ((nint)(Border + x) * PixelBytes);
    }

    /// <summary>The same memory as libtorch lays maps out, of a map without a border; room for further channels counts as channels.</summary>
    public NativeMap AsNativeMap() => Border == 0
        ? new NativeMap(Pixel(0, 0), 1, PixelBytes / MicroKernel.ElementBytes(Type), Size, Size)
        : throw new InvalidOperationException($"A border of {Border} pixels lies between the rows.");

    /// <summary>A row without its border.</summary>
    /// <typeparam name="T">As large as its values.</typeparam>
    public Span<T> Row<T>(int y)
        where T : unmanaged => new(Pixel(y, 0), Size * PixelBytes / sizeof(T));

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
