namespace MpcgLine.Inspection.Reconstruction.Native;

/// <summary>
/// Loads libtorch by path. Call <see cref="Load"/> before any TorchSharp type is touched: left to itself, TorchSharp
/// answers a failed load by copying half a gigabyte beside the program, and with a message about another cause.
/// </summary>
public static class TorchRuntime
{
    /// <summary>Environment variable naming the folder of an installed libtorch (the <c>lib</c> folder of PyTorch's package).</summary>
    public const string FolderVariable = "MPCGLINE_LIBTORCH";

    /// <summary>Version of libtorch that TorchSharp was built against; its C++ names differ from version to version.</summary>
    private const string Version = "2.10";

    private const string Binding = "libLibTorchSharp.so";

    // Each needs those before it. The second is there with CUDA only.
    private static readonly string[] Libraries = ["libc10.so", "libtorch_cpu.so", "libtorch_cuda.so", "libtorch.so"];

    /// <summary>Folder of libtorch as <see cref="FolderVariable"/> names it; null where that is not set, and it is the program's own.</summary>
    public static string? OtherFolder => Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? folder : null;

    private static readonly Lock Gate = new();
    private static bool _loaded;

    /// <summary>
    /// Loads libc10, libtorch_cpu, libtorch_cuda where there is one, libtorch and TorchSharp's libLibTorchSharp, from
    /// the program's own folder, or all but the last from the folder that <see cref="FolderVariable"/> names. They
    /// stay loaded for the life of the program. Further calls return at once; any thread may call.
    /// </summary>
    /// <exception cref="TorchRuntimeException">A library is absent, or the dynamic linker refuses it.</exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (_loaded)
            {
                return;
            }

            LoadFrom(AppContext.BaseDirectory, OtherFolder);
            _loaded = true;
        }
    }

    /// <summary>As <see cref="Load"/>, from a given program folder and folder of libtorch (null or empty: the program's own).</summary>
    internal static void LoadFrom(string programFolder, string? torchFolder)
    {
        string ownFolder = OwnFolder(programFolder);
        if (string.IsNullOrEmpty(torchFolder))
        {
            LoadTorch(ownFolder, $"this build has no libtorch of its own: build it with TorchRuntime=cpu or cuda, or set "
                + $"{FolderVariable} to the lib folder of an installed PyTorch or libtorch {Version}");
        }
        else
        {
            RefuseTwo(ownFolder, torchFolder);
            LoadTorch(
                Path.GetFullPath(torchFolder),
                $"{FolderVariable} must name the lib folder of an installed PyTorch or libtorch {Version}");
        }

        LoadOne(Path.Combine(ownFolder, Binding), "the program's folder is incomplete: install it again");
    }

    /// <summary>Where the build puts native libraries: a published program for one system beside it, others below.</summary>
    private static string OwnFolder(string programFolder)
    {
        string below = Path.Combine(programFolder, "runtimes", "linux-x64", "native");
        return File.Exists(Path.Combine(below, Binding)) ? below : programFolder;
    }

    /// <summary>
    /// TorchSharp looks for libtorch_cpu in the program's folder even when another is loaded, and two in one process
    /// end it at once ("already registered").
    /// </summary>
    private static void RefuseTwo(string ownFolder, string torchFolder)
    {
        if (File.Exists(Path.Combine(ownFolder, "libtorch_cpu.so"))
            && Path.GetFullPath(ownFolder).TrimEnd('/') != Path.GetFullPath(torchFolder).TrimEnd('/'))
        {
            throw new TorchRuntimeException(
                $"libtorch cannot be loaded: {FolderVariable} names {torchFolder}, but this build has its own libtorch "
                + $"in {ownFolder}; unset {FolderVariable}, or build with TorchRuntime=system");
        }
    }

    private static void LoadTorch(string folder, string advice)
    {
        foreach (string library in Libraries)
        {
            string path = Path.Combine(folder, library);
            if (library != "libtorch_cuda.so" || File.Exists(path))
            {
                LoadOne(path, advice);
            }
        }
    }

    private static void LoadOne(string path, string advice)
    {
        if (!File.Exists(path))
        {
            throw new TorchRuntimeException($"libtorch cannot be loaded: {path} does not exist; {advice}");
        }

        if (DynamicLinker.TryLoad(path) is { } explanation)
        {
            string words = explanation.ReplaceLineEndings(" ").Trim();
            throw new TorchRuntimeException($"libtorch cannot be loaded: {words}; {Advice(words)}");
        }
    }

    private static string Advice(string explanation) => explanation switch
    {
        _ when explanation.Contains("GLIBCXX_", StringComparison.Ordinal)
            || explanation.Contains("CXXABI_", StringComparison.Ordinal) =>
            "the system's libstdc++ is older than this library asks for: use the library this program was built with, "
            + "or a newer system",
        _ when explanation.Contains("`GLIBC_", StringComparison.Ordinal) =>
            "the system's C library is older than this library asks for: a newer system is needed",
        _ when explanation.Contains("undefined symbol", StringComparison.Ordinal) =>
            $"this libtorch is of another version than {Version}, which this program needs",
        _ when explanation.Contains("cannot open shared object file", StringComparison.Ordinal) =>
            "the library named first is needed by the one being loaded: install it, or add its folder to LD_LIBRARY_PATH",
        _ => "the file is damaged or made for another kind of machine: install it again",
    };
}
