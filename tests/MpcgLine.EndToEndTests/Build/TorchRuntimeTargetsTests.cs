using MpcgLine.Tests.Shared;

namespace MpcgLine.EndToEndTests.Build;

/// <summary>Runs build/TorchRuntime.targets on a project whose one package holds a handmade library.</summary>
public sealed class TorchRuntimeTargetsTests : IDisposable
{
    private const string Version = "GLIBCXX_3.4.32";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mpcgline-build-");

    private string Packaged => Path.Combine(_folder.FullName, "package", "libLibTorchSharp.so");

    private string Copied => Path.Combine(_folder.FullName, "obj", "torchsharp", "1.2.3", "libLibTorchSharp.so");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Build_NeedIsStrong_CopiesAWeakenedLibraryAndLeavesThePackageAlone()
    {
        byte[] packaged = ElfFile.WithNeeds([(Version, 0)]);

        ProgramRun build = await BuildAsync(packaged);

        Assert.True(build.ExitCode == 0, build.Output);
        Assert.Equal(ElfFile.WithNeeds([(Version, 2)]), await ReadAsync(Copied));
        Assert.Equal(packaged, await ReadAsync(Packaged));
        Assert.Contains($"copied: obj/torchsharp/1.2.3/libLibTorchSharp.so to runtimes/linux-x64/native/", build.Output, StringComparison.Ordinal);
        Assert.DoesNotContain($"copied: {Packaged}", build.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_OlderCopyIsLinkedElsewhere_ReplacesItWithoutWritingThroughTheLink()
    {
        byte[] packaged = ElfFile.WithNeeds([(Version, 0)]);
        Directory.CreateDirectory(Path.GetDirectoryName(Copied)!);
        string linked = Path.Combine(_folder.FullName, "linked.so");
        await File.WriteAllTextAsync(linked, "an output folder's file", TestContext.Current.CancellationToken);
        ProgramRun link = await ProgramRun.RunAsync(
            ProgramRun.Prepare("ln", [linked, Copied]), TestContext.Current.CancellationToken);
        Assert.Equal(0, link.ExitCode);
        File.SetLastWriteTimeUtc(Copied, DateTime.UnixEpoch.AddYears(30)); // older than what it is made from

        ProgramRun build = await BuildAsync(packaged);

        Assert.True(build.ExitCode == 0, build.Output);
        Assert.Equal(ElfFile.WithNeeds([(Version, 2)]), await ReadAsync(Copied));
        Assert.Equal("an output folder's file", await File.ReadAllTextAsync(linked, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Build_NotALibrary_IsAnErrorNamingTheFile()
    {
        ProgramRun build = await BuildAsync("a text of more than the sixty-four bytes that the header of such a file has"u8.ToArray());

        Assert.NotEqual(0, build.ExitCode);
        Assert.Contains(
            $"error : {Packaged}: {Version} cannot be made a weak need: not a little-endian ELF64 file",
            build.Output,
            StringComparison.Ordinal);
        Assert.False(File.Exists(Copied));
    }

    private static Task<byte[]> ReadAsync(string path) =>
        File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);

    private async Task<ProgramRun> BuildAsync(byte[] packaged)
    {
        string project = Path.Combine(_folder.FullName, "scratch.proj");
        string targets = Path.Combine(Service.RepositoryRoot, "build", "TorchRuntime.targets");
        Directory.CreateDirectory(Path.GetDirectoryName(Packaged)!);
        await File.WriteAllBytesAsync(Packaged, packaged, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            project,
            $"""
            <Project>
              <PropertyGroup>
                <UseTorchRuntime>true</UseTorchRuntime>
                <BaseIntermediateOutputPath>obj/</BaseIntermediateOutputPath>
              </PropertyGroup>
              <Target Name="ResolvePackageAssets">
                <ItemGroup>
                  <RuntimeTargetsCopyLocalItems Include="{Packaged}" NuGetPackageVersion="1.2.3"
                                                DestinationSubDirectory="runtimes/linux-x64/native/" />
                </ItemGroup>
              </Target>
              <Import Project="{targets}" />
              <Target Name="Build" DependsOnTargets="ResolvePackageAssets">
                <Message Importance="high" Text="copied: %(RuntimeTargetsCopyLocalItems.Identity) to %(DestinationSubDirectory)" />
              </Target>
            </Project>
            """,
            TestContext.Current.CancellationToken);
        return await ProgramRun.RunAsync(
            ProgramRun.Prepare("dotnet", ["msbuild", project, "-target:Build", "-nodeReuse:false"], _folder.FullName),
            TestContext.Current.CancellationToken);
    }
}
