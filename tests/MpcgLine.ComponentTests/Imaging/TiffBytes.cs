using System.Buffers.Binary;

namespace MpcgLine.ComponentTests.Imaging;

/// <summary>Uncompressed TIFF files made from the specification, for what Pillow can't write.</summary>
internal sealed record TiffBytes(int Width, int Height, int Bits, int Samples, byte[] Pixels)
{
    private const int Short = 3, Long = 4, Long8 = 16;

    /// <summary>0 white is zero, 1 black is zero, 2 RGB, 3 palette.</summary>
    public int Photometric { get; init; } = 1;

    public int Planar { get; init; } = 1;

    /// <summary>1 unsigned, 2 signed, 3 floating.</summary>
    public int SampleFormat { get; init; } = 1;

    public bool BigEndian { get; init; }

    /// <summary>The form with 64-bit offsets.</summary>
    public bool Big { get; init; }

    /// <summary>Edge of square tiles whose pixels <see cref="Pixels"/> holds one tile after the other; 0 for one strip.</summary>
    public int Tile { get; init; }

    public byte[] ToArray()
    {
        int pieces = Tile == 0 ? 1 : ((Width + Tile - 1) / Tile) * ((Height + Tile - 1) / Tile);
        int head = Big ? 16 : 8;
        long[] offsets = [.. Enumerable.Range(0, pieces).Select(i => head + ((long)i * Pixels.Length / pieces))];
        long[] lengths = [.. offsets.Select(_ => (long)Pixels.Length / pieces)];
        List<(int Tag, int Type, long[] Values)> entries =
        [
            (256, Long, [Width]), (257, Long, [Height]), (258, Short, [.. Enumerable.Repeat((long)Bits, Samples)]),
            (259, Short, [1]), (262, Short, [Photometric]), (277, Short, [Samples]), (284, Short, [Planar]),
            (339, Short, [.. Enumerable.Repeat((long)SampleFormat, Samples)]),
        ];
        int wide = Big ? Long8 : Long;
        entries.AddRange(Tile == 0
            ? [(273, wide, offsets), (278, Long, [Height]), (279, wide, lengths)]
            : [(322, Long, [Tile]), (323, Long, [Tile]), (324, wide, offsets), (325, wide, lengths)]);
        if (Photometric == 3)
        {
            entries.Add((320, Short, new long[3 << Bits]));
        }

        entries.Sort((a, b) => a.Tag.CompareTo(b.Tag));
        return Assemble(head, entries);
    }

    private byte[] Assemble(int head, List<(int Tag, int Type, long[] Values)> entries)
    {
        MemoryStream file = new();
        file.SetLength(head);
        file.Position = head;
        file.Write(Pixels);
        List<byte[]> fields = [];
        foreach ((int tag, int type, long[] values) in entries)
        {
            int size = type == Short ? 2 : type == Long ? 4 : 8, room = Big ? 8 : 4;
            byte[] content = [.. values.SelectMany(v => Number(v, size))];
            byte[] field = new byte[room];
            content.AsSpan(0, Math.Min(room, content.Length)).CopyTo(field);
            if (content.Length > room)
            {
                file.Position += file.Position % 2;
                field = Number(file.Position, room);
                file.Write(content);
            }

            fields.Add([.. Number(tag, 2), .. Number(type, 2), .. Number(values.Length, room), .. field]);
        }

        file.Position += file.Position % 2;
        long directory = file.Position;
        file.Write(Number(entries.Count, Big ? 8 : 2));
        fields.ForEach(f => file.Write(f));
        file.Write(new byte[Big ? 8 : 4]);
        file.Position = 0;
        file.Write(BigEndian ? "MM"u8 : "II"u8);
        file.Write(Number(Big ? 43 : 42, 2));
        if (Big)
        {
            file.Write([.. Number(8, 2), .. Number(0, 2)]);
        }

        file.Write(Number(directory, Big ? 8 : 4));
        return file.ToArray();
    }

    private byte[] Number(long value, int size)
    {
        byte[] all = new byte[8];
        if (BigEndian)
        {
            BinaryPrimitives.WriteInt64BigEndian(all, value);
            return all[(8 - size)..];
        }

        BinaryPrimitives.WriteInt64LittleEndian(all, value);
        return all[..size];
    }
}
