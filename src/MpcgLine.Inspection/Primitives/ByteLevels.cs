using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Primitives;

/// <summary>Gray levels of a camera.</summary>
internal readonly ref struct ByteLevels(ReadOnlySpan<byte> pixels) : IGrayLevels
{
    private readonly ReadOnlySpan<byte> _pixels = pixels;

    /// <summary>Of a tensor on the processor, whatever its shape; valid as long as it.</summary>
    /// <exception cref="ArgumentException">Its elements are no bytes: read as such, they would be any levels.</exception>
    public static ByteLevels Of(Tensor tiles) => tiles.dtype == ScalarType.Byte
        ? new ByteLevels(tiles.Bytes())
        : throw new ArgumentException($"Gray levels are {tiles.dtype}; Byte is expected.", nameof(tiles));

    /// <inheritdoc/>
    public int Count => _pixels.Length;

    /// <summary>One pixel.</summary>
    public byte this[int index] => _pixels[index];

    /// <inheritdoc/>
    public Vector512<float> Sixteen(int first)
    {
        Vector128<byte> bytes = Vector128.Create(_pixels.Slice(first, Vector128<byte>.Count));
        Vector256<ushort> shorts = Vector256.Create(Vector128.WidenLower(bytes), Vector128.WidenUpper(bytes));
        return Vector512.ConvertToSingle(Vector512.Create(Vector256.WidenLower(shorts), Vector256.WidenUpper(shorts)).AsInt32());
    }
}
