using MpcgLine.Inspection.Reconstruction.Native;
using TorchSharp;

namespace MpcgLine.ComponentTests.Reconstruction.Native;

public sealed class TorchRuntimeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mpcgline-torch-");

    private static string NativeFolder =>
        Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Load_FromTheProgramsFolder_DoesArithmeticWithoutTorchSharpsOwnCopy()
    {
        TorchRuntime.Load();
        using torch.Tensor ones = torch.ones(3, 4);
        using torch.Tensor sum = ones.sum();

        Assert.Equal(12f, sum.item<float>());
        Assert.False(Directory.Exists(Path.Combine(AppContext.BaseDirectory, "cpu")), "TorchSharp copied libtorch");
    }

    [Fact]
    public void Load_ManyThreadsAtOnce_AllReturn() =>
        Assert.True(Parallel.For(0, 16, _ => TorchRuntime.Load()).IsCompleted);

    [Fact]
    public void LoadFrom_FolderWithoutLibtorch_NamesTheFileAndTheVariable()
    {
        TorchRuntimeException refused = Assert.Throws<TorchRuntimeException>(
            () => TorchRuntime.LoadFrom(programFolder: "/absent", _folder.FullName));

        Assert.Equal(
            $"libtorch cannot be loaded: {_folder.FullName}/libc10.so does not exist; MPCGLINE_LIBTORCH must name the "
            + "lib folder of an installed PyTorch or libtorch 2.10",
            refused.Message);
    }

    [Fact]
    public void LoadFrom_BuildWithoutLibtorch_SaysHowToGetOne()
    {
        TorchRuntimeException refused = Assert.Throws<TorchRuntimeException>(
            () => TorchRuntime.LoadFrom(_folder.FullName, torchFolder: null));

        Assert.StartsWith(
            $"libtorch cannot be loaded: {_folder.FullName}/libc10.so does not exist; this build has no libtorch of its own",
            refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void LoadFrom_FolderNamedBesideLibtorchOfItsOwn_IsRefusedBecauseTwoWouldEndTheProgram()
    {
        TorchRuntimeException refused = Assert.Throws<TorchRuntimeException>(
            () => TorchRuntime.LoadFrom(AppContext.BaseDirectory, _folder.FullName));

        Assert.Equal(
            $"libtorch cannot be loaded: MPCGLINE_LIBTORCH names {_folder.FullName}, but this build has its own libtorch "
            + $"in {NativeFolder}; unset MPCGLINE_LIBTORCH, or build with TorchRuntime=system",
            refused.Message);
    }

    [Fact]
    public void LoadFrom_OwnFolderNamed_Loads() =>
        TorchRuntime.LoadFrom(AppContext.BaseDirectory, NativeFolder + "/");

    [Fact]
    public void LoadFrom_DependencyOfLibtorchMissing_NamesTheDependency()
    {
        // A copy elsewhere: libtorch.so is the smallest library that needs another one, and is renamed to be
        // loaded first and unlike the loaded one; its dependency is renamed in the copy, so that nothing has it.
        byte[] library = File.ReadAllBytes(Path.Combine(NativeFolder, "libtorch.so"));
        Replace(library, "libtorch_cpu.so", "libabsent_x.so");
        File.WriteAllBytes(Path.Combine(_folder.FullName, "libc10.so"), library);

        TorchRuntimeException refused = Assert.Throws<TorchRuntimeException>(
            () => TorchRuntime.LoadFrom(programFolder: "/absent", _folder.FullName));

        Assert.Contains("libabsent_x.so: cannot open shared object file", refused.Message, StringComparison.Ordinal);
        Assert.Contains("LD_LIBRARY_PATH", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void LoadFrom_SystemWithoutTheVersionNeeded_NamesTheVersion()
    {
        // The build made the need for GLIBCXX_3.4.32 weak; a name no system has shows what a strong one would say.
        byte[] library = File.ReadAllBytes(Path.Combine(NativeFolder, "libLibTorchSharp.so"));
        Replace(library, "GLIBCXX_3.4.30", "GLIBCXX_9.9.99");
        File.WriteAllBytes(Path.Combine(_folder.FullName, "libLibTorchSharp.so"), library);

        TorchRuntimeException refused = Assert.Throws<TorchRuntimeException>(
            () => TorchRuntime.LoadFrom(_folder.FullName, NativeFolder));

        Assert.Contains("GLIBCXX_", refused.Message, StringComparison.Ordinal);
        Assert.Contains("libstdc++ is older", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadFrom_TextInPlaceOfALibrary_SaysItIsDamaged()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "libc10.so"), "not a library, only its name, in enough bytes to read");

        TorchRuntimeException refused = Assert.Throws<TorchRuntimeException>(
            () => TorchRuntime.LoadFrom(programFolder: "/absent", _folder.FullName));

        Assert.Contains("damaged", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Overwrites the only occurrence of a name by another of at most its length, zero-padded.</summary>
    private static void Replace(byte[] library, string name, string by)
    {
        byte[] old = System.Text.Encoding.ASCII.GetBytes(name + "\0");
        int at = library.AsSpan().IndexOf(old);
        Assert.True(at >= 0, $"{name} is not in the library");
        Span<byte> place = library.AsSpan(at, old.Length);
        place.Clear();
        System.Text.Encoding.ASCII.GetBytes(by, place);
    }
}
