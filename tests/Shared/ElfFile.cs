using System.Buffers.Binary;
using System.Text;

namespace MpcgLine.Tests.Shared;

/// <summary>A handmade ELF64 file that holds nothing but version needs.</summary>
internal static class ElfFile
{
    private const int HeaderSize = 64;
    private const int NeedSize = 16;

    /// <summary>Offset of <c>vna_flags</c> of the first version of the first library.</summary>
    public const int FirstFlags = HeaderSize + NeedSize + 4;

    /// <summary>Writes one library needed per argument, each with its versions and their flags.</summary>
    public static byte[] WithNeeds(params (string Version, ushort Flags)[][] libraries)
    {
        List<byte> needs = [];
        List<byte> names = [0];
        for (int l = 0; l < libraries.Length; l++)
        {
            (string Version, ushort Flags)[] versions = libraries[l];
            int size = NeedSize + (versions.Length * NeedSize);
            Span<byte> need = new byte[size];
            BinaryPrimitives.WriteUInt16LittleEndian(need, 1);                              // vn_version
            BinaryPrimitives.WriteUInt16LittleEndian(need[2..], (ushort)versions.Length);   // vn_cnt
            BinaryPrimitives.WriteUInt32LittleEndian(need[8..], NeedSize);                  // vn_aux
            BinaryPrimitives.WriteUInt32LittleEndian(need[12..], l == libraries.Length - 1 ? 0u : (uint)size); // vn_next
            for (int v = 0; v < versions.Length; v++)
            {
                Span<byte> entry = need[(NeedSize + (v * NeedSize))..];
                BinaryPrimitives.WriteUInt16LittleEndian(entry[4..], versions[v].Flags);    // vna_flags
                BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], (uint)names.Count);    // vna_name
                BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], v == versions.Length - 1 ? 0u : NeedSize); // vna_next
                names.AddRange(Encoding.ASCII.GetBytes(versions[v].Version + '\0'));
            }

            needs.AddRange(need);
        }

        return Assemble([.. needs], [.. names], libraries.Length);
    }

    private static byte[] Assemble(byte[] needs, byte[] names, int libraryCount)
    {
        int namesAt = HeaderSize + needs.Length;
        int headersAt = namesAt + names.Length;
        byte[] file = new byte[headersAt + (3 * HeaderSize)]; // a section's header has the size of the file's
        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(file, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(40), (ulong)headersAt);        // e_shoff
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(58), HeaderSize);              // e_shentsize
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(60), 3);                       // e_shnum
        needs.CopyTo(file, HeaderSize);
        names.CopyTo(file, namesAt);

        Span<byte> needSection = file.AsSpan(headersAt + HeaderSize);                       // section 0 is empty
        BinaryPrimitives.WriteUInt32LittleEndian(needSection[4..], 0x6ffffffe);             // sh_type
        BinaryPrimitives.WriteUInt64LittleEndian(needSection[24..], HeaderSize);            // sh_offset
        BinaryPrimitives.WriteUInt32LittleEndian(needSection[40..], 2);                     // sh_link: the names
        BinaryPrimitives.WriteUInt32LittleEndian(needSection[44..], (uint)libraryCount);    // sh_info
        Span<byte> nameSection = file.AsSpan(headersAt + (2 * HeaderSize));
        BinaryPrimitives.WriteUInt32LittleEndian(nameSection[4..], 3);                      // sh_type: SHT_STRTAB
        BinaryPrimitives.WriteUInt64LittleEndian(nameSection[24..], (ulong)namesAt);        // sh_offset
        return file;
    }
}
