using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// Reads and writes the safetensors format: 8 bytes little-endian header length, a JSON header of
/// <c>name -> {dtype, shape, data_offsets}</c>, then the values. Element types F16 and F32.
/// </summary>
public static class SafetensorsFile
{
    private const int MaxHeaderBytes = 1 << 20;

    /// <summary>
    /// Writes tensors in the order given. Names for which <paramref name="isSingle"/> is true are stored in single
    /// precision, the others in half.
    /// </summary>
    /// <exception cref="ModelException">A value does not fit the half-precision range; names the tensor.</exception>
    public static void Write(Stream destination, IEnumerable<KeyValuePair<string, WeightArray>> tensors, Func<string, bool> isSingle)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(isSingle);
        var entries = new Dictionary<string, HeaderEntry>();
        var blobs = new List<byte[]>();
        long offset = 0;
        foreach ((string name, WeightArray array) in tensors)
        {
            bool full = isSingle(name);
            byte[] blob = full ? MemoryMarshal.AsBytes<float>(array.Values).ToArray() : ToHalf(name, array.Values);
            entries.Add(name, new HeaderEntry(full ? "F32" : "F16", [.. array.Shape], [offset, offset + blob.Length]));
            blobs.Add(blob);
            offset += blob.Length;
        }

        byte[] header = JsonSerializer.SerializeToUtf8Bytes(entries, SafetensorsHeader.Default.DictionaryStringHeaderEntry);
        // The format wants the values aligned to 8 bytes: the header is padded with blanks.
        int padded = (header.Length + 7) / 8 * 8;
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)padded);
        destination.Write(length);
        destination.Write(header);
        for (int i = header.Length; i < padded; i++)
        {
            destination.WriteByte((byte)' ');
        }

        foreach (byte[] blob in blobs)
        {
            destination.Write(blob);
        }
    }

    /// <summary>Reads all tensors of a file's content.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="ModelException">The content is truncated, malformed, or holds a type other than F16 and F32.</exception>
    public static IReadOnlyDictionary<string, WeightArray> Read(ReadOnlySpan<byte> content, string name)
    {
        if (content.Length < 8)
        {
            throw new ModelException($"{name}: {content.Length} bytes are too short for a safetensors file.");
        }

        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(content);
        if (headerLength is 0 or > MaxHeaderBytes || headerLength > (ulong)(content.Length - 8))
        {
            throw new ModelException($"{name}: header length {headerLength} does not fit a file of {content.Length} bytes (allowed: 1..{MaxHeaderBytes}).");
        }

        ReadOnlySpan<byte> values = content[(8 + (int)headerLength)..];
        var tensors = new Dictionary<string, WeightArray>(StringComparer.Ordinal);
        foreach ((string tensor, HeaderEntry entry) in ParseHeader(content.Slice(8, (int)headerLength), name))
        {
            tensors.Add(tensor, ReadTensor(entry, values, $"{name}: {tensor}"));
        }

        return tensors;
    }

    private static Dictionary<string, HeaderEntry> ParseHeader(ReadOnlySpan<byte> header, string name)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(header.ToArray());
            var entries = new Dictionary<string, HeaderEntry>(StringComparer.Ordinal);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.NameEquals("__metadata__"))
                {
                    continue;
                }

                HeaderEntry entry = property.Value.Deserialize(SafetensorsHeader.Default.HeaderEntry)
                    ?? throw new ModelException($"{name}: {property.Name} has no entry.");
                if (!entries.TryAdd(property.Name, entry))
                {
                    throw new ModelException($"{name}: {property.Name} appears twice in the header.");
                }
            }

            return entries;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ModelException($"{name}: the safetensors header is not valid JSON of the expected form ({e.Message})", e);
        }
    }

    private static WeightArray ReadTensor(HeaderEntry entry, ReadOnlySpan<byte> values, string name)
    {
        int size = entry.DataType switch
        {
            "F16" => 2,
            "F32" => 4,
            _ => throw new ModelException($"{name}: element type {entry.DataType} (allowed: F16, F32)."),
        };
        if (entry.Shape is null || entry.Shape.Any(n => n is < 0 or > 1 << 24) || entry.Offsets is not { Length: 2 })
        {
            throw new ModelException($"{name}: shape or offsets are malformed.");
        }

        double elements = entry.Shape.Aggregate(1.0, (product, n) => product * n);
        (long begin, long end) = (entry.Offsets[0], entry.Offsets[1]);
        if (begin < 0 || end < begin || end > values.Length || end - begin != elements * size)
        {
            throw new ModelException(
                $"{name}: bytes {begin}..{end} do not hold {elements} values of {size} bytes within the {values.Length} bytes that follow the header (truncated file?).");
        }

        ReadOnlySpan<byte> bytes = values[(int)begin..(int)end];
        var result = new float[(int)elements];
        if (size == 4)
        {
            MemoryMarshal.Cast<byte, float>(bytes).CopyTo(result);
        }
        else
        {
            ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(bytes);
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = (float)halves[i];
            }
        }

        return new WeightArray(entry.Shape, result);
    }

    private static byte[] ToHalf(string name, float[] values)
    {
        var halves = new Half[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            halves[i] = (Half)values[i];
            if (!Half.IsFinite(halves[i]))
            {
                throw new ModelException($"{name}: value {values[i]} at {i} is not finite in half precision.");
            }
        }

        return MemoryMarshal.AsBytes<Half>(halves).ToArray();
    }
}
