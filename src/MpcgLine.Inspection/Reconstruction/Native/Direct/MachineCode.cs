using System.Runtime.InteropServices;
using Iced.Intel;
using Microsoft.Win32.SafeHandles;

namespace MpcgLine.Inspection.Reconstruction.Native.Direct;

/// <summary>A function in machine code, in memory that is never writable and executable at once.</summary>
internal sealed unsafe class MachineCode : SafeHandleZeroOrMinusOneIsInvalid
{
    // sys/mman.h of Linux.
    private const int Read = 1, Write = 2, Execute = 4, PrivateAnonymous = 0x22;

    private readonly nuint _length;

    /// <summary>Assembles it.</summary>
    /// <param name="assembler">Independent of where its code lies.</param>
    /// <exception cref="ModelException">The system gives no memory, or none that may be executed.</exception>
    public MachineCode(Assembler assembler)
        : base(ownsHandle: true)
    {
        using var stream = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(stream), rip: 0);
        ReadOnlySpan<byte> code = stream.GetBuffer().AsSpan(0, (int)stream.Length);
        _length = (nuint)code.Length;
        SetHandle(Map(0, _length, Read | Write, PrivateAnonymous, -1, 0));
        if (IsInvalid)
        {
            throw new ModelException($"the system gives no {code.Length} bytes for machine code (error {Marshal.GetLastPInvokeError()})");
        }

        code.CopyTo(new Span<byte>((void*)handle, code.Length));
        if (Protect(handle, _length, Read | Execute) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            Dispose();
            throw new ModelException($"the system lets no machine code be made at run time (error {error})");
        }
    }

    /// <summary>Why no such code can be made under this system, in words; null where it can.</summary>
    public static string? WhyNot { get; } = Try();

    /// <summary>Address of its first instruction; valid until it is disposed of.</summary>
    public nint Entry => handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Unmap(handle, _length) == 0;

    private static string? Try()
    {
        try
        {
            var nothing = new Assembler(64);
            nothing.ret();
            new MachineCode(nothing).Dispose();
            return null;
        }
        catch (ModelException e)
        {
            return e.Message;
        }
    }

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
