using System.Runtime.Intrinsics;

namespace MpcgLine.Inspection.Reconstruction.Native;

/// <summary>The sum of two maps of bytes that stand for the same, as the sum's do. Inference thread only, whose work libtorch's threads share.</summary>
/// <param name="scale">What they stand for; it covers the sum.</param>
internal sealed unsafe class ByteSum(ByteScale scale) : TeamWork
{
    private const int PartBytes = 1 << 14;

    private byte* _sum;
    private byte* _added;
    private int _count;

    /// <summary>Adds one map to another, in place.</summary>
    /// <param name="sum">Overwritten.</param>
    /// <param name="added">As large.</param>
    /// <exception cref="ModelException">It is not.</exception>
    public void Add(NativeMap sum, NativeMap added)
    {
        if (sum.Length != added.Length)
        {
            throw new ModelException($"Maps of {sum.Length} and {added.Length} bytes can't be added.");
        }

        _sum = (byte*)sum.Values;
        _added = (byte*)added.Values;
        _count = sum.Length;
        Share((_count + PartBytes - 1) / PartBytes);
    }

    /// <inheritdoc/>
    protected override void Do(int part)
    {
        int first = part * PartBytes, count = Math.Min(PartBytes, _count - first);
        Add(new Span<byte>(_sum + first, count), new ReadOnlySpan<byte>(_added + first, count));
    }

    /// <summary>The same on the calling thread.</summary>
    /// <param name="sum">Overwritten.</param>
    /// <param name="added">As many.</param>
    public void Add(Span<byte> sum, ReadOnlySpan<byte> added)
    {
        int i = 0, lanes = Vector512<byte>.Count;
        Vector512<byte> zero = Vector512.Create((byte)scale.Zero);
        for (; i <= sum.Length - lanes; i += lanes)
        {
            // What is added is above zero or below it: one of the two differences is 0.
            Vector512<byte> x = Vector512.Create(added.Slice(i, lanes));
            Vector512<byte> raised = Vector512.AddSaturate(Vector512.Create<byte>(sum.Slice(i, lanes)), Vector512.SubtractSaturate(x, zero));
            Vector512.SubtractSaturate(raised, Vector512.SubtractSaturate(zero, x)).CopyTo(sum[i..]);
        }

        for (; i < sum.Length; i++)
        {
            sum[i] = (byte)Math.Clamp(sum[i] + added[i] - scale.Zero, 0, byte.MaxValue);
        }
    }
}
