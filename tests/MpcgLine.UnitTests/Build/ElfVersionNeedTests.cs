using CsCheck;
using MpcgLine.Build;
using MpcgLine.Tests.Shared;

namespace MpcgLine.UnitTests.Build;

public sealed class ElfVersionNeedTests
{
    private const string Version = "GLIBCXX_3.4.32";

    [Fact]
    public void Weaken_NeedIsStrong_ChangesThatFlagAndNothingElse()
    {
        byte[] library = ElfFile.WithNeeds(
            [("GLIBC_2.34", 0), ("GLIBC_2.4", 0)], [("GLIBCXX_3.4.30", 0), (Version, 0), ("CXXABI_1.3", 0)]);
        byte[] expected = ElfFile.WithNeeds(
            [("GLIBC_2.34", 0), ("GLIBC_2.4", 0)], [("GLIBCXX_3.4.30", 0), (Version, 2), ("CXXABI_1.3", 0)]);

        Assert.Equal(ElfVersionNeedOutcome.Weakened, ElfVersionNeed.Weaken(library, Version));
        Assert.Equal(expected, library);
    }

    [Fact]
    public void Weaken_OtherFlagsSet_KeepsThem()
    {
        byte[] library = ElfFile.WithNeeds([(Version, 0x101)]);

        Assert.Equal(ElfVersionNeedOutcome.Weakened, ElfVersionNeed.Weaken(library, Version));
        Assert.Equal([0x03, 0x01], library[ElfFile.FirstFlags..(ElfFile.FirstFlags + 2)]);
    }

    [Fact]
    public void Weaken_NeedIsWeakAlready_ChangesNothing()
    {
        byte[] library = ElfFile.WithNeeds([("GLIBCXX_3.4", 0), (Version, 2)]);
        byte[] before = [.. library];

        Assert.Equal(ElfVersionNeedOutcome.AlreadyWeak, ElfVersionNeed.Weaken(library, Version));
        Assert.Equal(before, library);
    }

    [Theory]
    [InlineData("GLIBCXX_3.4.3")]   // the name sought begins with this one
    [InlineData("GLIBCXX_3.4.320")] // and this one begins with it
    public void Weaken_NeedIsAbsent_ChangesNothing(string similar)
    {
        byte[] library = ElfFile.WithNeeds([(similar, 0)]);
        byte[] before = [.. library];

        Assert.Equal(ElfVersionNeedOutcome.Absent, ElfVersionNeed.Weaken(library, Version));
        Assert.Equal(before, library);
    }

    [Fact]
    public void Weaken_NoNeedsAtAll_IsAbsent() =>
        Assert.Equal(ElfVersionNeedOutcome.Absent, ElfVersionNeed.Weaken(ElfFile.WithNeeds(), Version));

    [Fact]
    public void Weaken_TwoEntriesOfThatName_IsRefusedUnchanged()
    {
        byte[] library = ElfFile.WithNeeds([(Version, 0)], [(Version, 0)]);
        byte[] before = [.. library];

        InvalidDataException refused =
            Assert.Throws<InvalidDataException>(() => ElfVersionNeed.Weaken(library, Version));
        Assert.Equal($"more than one entry needs {Version}", refused.Message);
        Assert.Equal(before, library);
    }

    [Theory]
    [InlineData(0, 0)]     // the magic number
    [InlineData(4, 1)]     // ELFCLASS32
    [InlineData(5, 2)]     // big-endian
    public void Weaken_NotElf64LittleEndian_IsRefused(int offset, byte value)
    {
        byte[] library = ElfFile.WithNeeds([(Version, 0)]);
        library[offset] = value;

        InvalidDataException refused =
            Assert.Throws<InvalidDataException>(() => ElfVersionNeed.Weaken(library, Version));
        Assert.Equal("not a little-endian ELF64 file", refused.Message);
    }

    [Fact]
    public void Weaken_CutAnywhere_IsRefusedOrAnsweredButNeverOutOfRange()
    {
        byte[] whole = ElfFile.WithNeeds([("GLIBC_2.34", 0)], [(Version, 0)]);
        for (int length = 0; length < whole.Length - 64; length++)
        {
            byte[] cut = whole[..length];
            Assert.Throws<InvalidDataException>(() => ElfVersionNeed.Weaken(cut, Version));
        }
    }

    [Fact]
    public void Weaken_AnyByteAltered_EndsInAnOutcomeOrARefusal()
    {
        byte[] whole = ElfFile.WithNeeds([("GLIBC_2.34", 0)], [(Version, 0)]);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Sample((offset, value) =>
        {
            byte[] altered = [.. whole];
            altered[offset] = value;
            try
            {
                return Enum.IsDefined(ElfVersionNeed.Weaken(altered, Version));
            }
            catch (InvalidDataException)
            {
                return true;
            }
        });
    }

    [Fact]
    public void Weaken_TorchSharpsLibraryAsShipped_ChangesOneBit()
    {
        // These tests take TorchSharp's own library unaltered; only projects that run tensors get the weakened one.
        string path = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        byte[] shipped = File.ReadAllBytes(path);
        byte[] weakened = [.. shipped];

        Assert.Equal(ElfVersionNeedOutcome.Weakened, ElfVersionNeed.Weaken(weakened, Version));
        int[] changed = [.. Enumerable.Range(0, shipped.Length).Where(i => shipped[i] != weakened[i])];
        int only = Assert.Single(changed);
        Assert.Equal(shipped[only] | 2, weakened[only]);
    }
}
