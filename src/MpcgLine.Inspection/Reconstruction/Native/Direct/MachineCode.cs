using System.Runtime.InteropServices;
using Iced.Intel;

namespace MpcgLine.Inspection.Reconstruction.Native.Direct;

/// <summary>A function in machine code, in memory that is never writable and executable at once.</summary>
internal sealed unsafe class MachineCode : IDisposable
{
    // sys/mman.h of Linux.
    private const int Read = 1, Write = 2, Execute = 4, PrivateAnonymous = 0x22;

    private static readonly nint NoMemory = -1;

    private readonly nuint _length;

    /// <summary>Assembles it.</summary>
    /// <param name="assembler">Independent of where its code lies.</param>
    /// <exception cref="ModelException">The system gives no memory, or none that may be executed.</exception>
    public MachineCode(Assembler assembler)
    {
        using var stream = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(stream), rip: 0);
        ReadOnlySpan<byte> code = stream.GetBuffer().AsSpan(0, (int)stream.Length);
        _length = (nuint)code.Length;
        Entry = Map(0, _length, Read | Write, PrivateAnonymous, -1, 0);
        if (Entry == NoMemory)
        {
            throw new ModelException($"The system gives no {code.Length} bytes for a convolution's code (error {Marshal.GetLastPInvokeError()}).");
        }

        code.CopyTo(new Span<byte>((void*)Entry, code.Length));
        if (Protect(Entry, _length, Read | Execute) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            Dispose();
            throw new ModelException($"The system does not let a convolution's code be executed (error {error}); take Precision Float32.");
        }
    }

    /// <summary>Address of its first instruction.</summary>
    public nint Entry { get; }

    /// <inheritdoc/>
    public void Dispose() => _ = Unmap(Entry, _length);

    [DllImport("libc", EntryPoint = "mmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Protect(nint address, nuint length, int protection);

    [DllImport("libc", EntryPoint = "munmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Unmap(nint address, nuint length);
}
