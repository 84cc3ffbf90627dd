#nullable enable

using System;
using System.IO;
using System.Text;

namespace MpcgLine.Build;

/// <summary>What <see cref="ElfVersionNeed.Weaken"/> found.</summary>
public enum ElfVersionNeedOutcome
{
    /// <summary>The library does not ask for that version; the bytes are as they were.</summary>
    Absent,

    /// <summary>The need was weak before; the bytes are as they were.</summary>
    AlreadyWeak,

    /// <summary>The need is weak now.</summary>
    Weakened,
}

/// <summary>
/// Marks a version that an ELF64 library needs as weak, so that the dynamic linker warns instead of refusing to
/// load the library where that version is missing. Only sound when no symbol of that version is ever relocated.
/// </summary>
/// <remarks>
/// Layout from the Linux Standard Base, "Symbol Versioning": section type SHT_GNU_verneed (.gnu.version_r) holds a
/// chain of Elf64_Verneed, one per library needed, each with a chain of Elf64_Vernaux, one per version.
/// The build compiles this file alone, for netstandard, as an inline task; the unit tests compile it too.
/// </remarks>
public static class ElfVersionNeed
{
    private const uint VersionNeedSection = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    /// <summary>Marks the need for <paramref name="version"/> in <paramref name="library"/> as weak, in place.</summary>
    /// <param name="library">The whole file. Changed only when the outcome is <c>Weakened</c>.</param>
    /// <param name="version">Name of the version, such as <c>GLIBCXX_3.4.32</c>.</param>
    /// <exception cref="InvalidDataException">
    /// Not a little-endian ELF64 file, a truncated one, or one in which more than one entry has that name.
    /// </exception>
    public static ElfVersionNeedOutcome Weaken(byte[] library, string version)
    {
        if (library.Length < 64 || library[0] != 0x7f || library[1] != 'E' || library[2] != 'L' || library[3] != 'F'
            || library[4] != 2 /* ELFCLASS64 */ || library[5] != 1 /* ELFDATA2LSB */)
        {
            throw new InvalidDataException("not a little-endian ELF64 file");
        }

        int entry = FindEntry(library, version);
        if (entry < 0)
        {
            return ElfVersionNeedOutcome.Absent;
        }

        ushort flags = ReadUInt16(library, entry + 4); // vna_flags
        if ((flags & WeakFlag) != 0)
        {
            return ElfVersionNeedOutcome.AlreadyWeak;
        }

        library[entry + 4] |= (byte)WeakFlag;
        return ElfVersionNeedOutcome.Weakened;
    }

    /// <summary>Offset of the one Elf64_Vernaux with that name, or -1.</summary>
    private static int FindEntry(byte[] library, string version)
    {
        long headers = ReadOffset(library, 40);             // e_shoff
        int headerSize = ReadUInt16(library, 58);           // e_shentsize
        int headerCount = ReadUInt16(library, 60);          // e_shnum
        int found = -1;
        for (int section = 0; section < headerCount; section++)
        {
            long header = headers + ((long)section * headerSize);
            if (ReadUInt32(library, header + 4) != VersionNeedSection) // sh_type
            {
                continue;
            }

            long needs = ReadOffset(library, header + 24);             // sh_offset
            uint namesSection = ReadUInt32(library, header + 40);      // sh_link
            uint needCount = ReadUInt32(library, header + 44);         // sh_info
            long names = ReadOffset(library, headers + ((long)namesSection * headerSize) + 24);
            found = FindInSection(library, needs, needCount, names, version, found);
        }

        return found;
    }

    private static int FindInSection(
        byte[] library, long need, uint needCount, long names, string version, int found)
    {
        byte[] wanted = Encoding.ASCII.GetBytes(version + '\0');
        for (uint n = 0; n < needCount; n++)
        {
            int versionCount = ReadUInt16(library, need + 2);          // vn_cnt
            long entry = need + ReadUInt32(library, need + 8);         // vn_aux
            for (int v = 0; v < versionCount; v++)
            {
                if (HasBytes(library, names + ReadUInt32(library, entry + 8), wanted)) // vna_name
                {
                    if (found >= 0)
                    {
                        throw new InvalidDataException($"more than one entry needs {version}");
                    }

                    found = (int)entry;
                }

                entry += ReadUInt32(library, entry + 12);              // vna_next
            }

            need += ReadUInt32(library, need + 12);                    // vn_next
        }

        return found;
    }

    private static bool HasBytes(byte[] library, long offset, byte[] wanted)
    {
        Require(library, offset, wanted.Length);
        for (int i = 0; i < wanted.Length; i++)
        {
            if (library[offset + i] != wanted[i])
            {
                return false;
            }
        }

        return true;
    }

    private static ushort ReadUInt16(byte[] library, long offset)
    {
        Require(library, offset, 2);
        return (ushort)(library[offset] | (library[offset + 1] << 8));
    }

    private static uint ReadUInt32(byte[] library, long offset) =>
        ReadUInt16(library, offset) | ((uint)ReadUInt16(library, offset + 2) << 16);

    private static long ReadOffset(byte[] library, long offset)
    {
        ulong value = ReadUInt32(library, offset) | ((ulong)ReadUInt32(library, offset + 4) << 32);
        return value <= (ulong)library.Length
            ? (long)value
            : throw new InvalidDataException($"truncated: it points to byte {value} of {library.Length}");
    }

    private static void Require(byte[] library, long offset, int count)
    {
        if (offset < 0 || offset > library.Length - count)
        {
            throw new InvalidDataException($"truncated: it points to byte {offset} of {library.Length}");
        }
    }
}

#if !MPCGLINE_TESTS
/// <summary>Build task: writes <c>Destination</c>, a copy of <c>Source</c> whose need for <c>Version</c> is weak.</summary>
public sealed class WeakenVersionNeed : Microsoft.Build.Utilities.Task
{
    [Microsoft.Build.Framework.Required]
    public string Source { get; set; } = "";

    [Microsoft.Build.Framework.Required]
    public string Destination { get; set; } = "";

    [Microsoft.Build.Framework.Required]
    public string Version { get; set; } = "";

    public override bool Execute()
    {
        try
        {
            byte[] library = File.ReadAllBytes(Source);
            ElfVersionNeedOutcome outcome = ElfVersionNeed.Weaken(library, Version);
            Directory.CreateDirectory(Path.GetDirectoryName(Destination)!);

            // A new file takes the old one's place: the old one may be hard-linked into an output folder.
            string fresh = Destination + "." + Guid.NewGuid().ToString("N");
            File.WriteAllBytes(fresh, library);
            File.Delete(Destination);
            File.Move(fresh, Destination);
            Log.LogMessage($"{Source}: need for {Version}: {outcome}; copied to {Destination}");
            return true;
        }
        catch (Exception reason) when (reason is IOException || reason is InvalidDataException || reason is UnauthorizedAccessException)
        {
            Log.LogError($"{Source}: {Version} cannot be made a weak need: {reason.Message}");
            return false;
        }
    }
}
#endif
