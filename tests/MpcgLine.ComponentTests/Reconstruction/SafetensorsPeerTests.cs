using System.Text.Json;
using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.ComponentTests.Reconstruction;

/// <summary>Against safetensors_peer.py, a reader and writer made from the format's specification alone.</summary>
public sealed class SafetensorsPeerTests : IDisposable
{
    private const string Peer = "Reconstruction/safetensors_peer.py";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mpcgline-safetensors-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Write_BothPrecisions_PeerReadsTheSameValues()
    {
        string path = Path.Combine(_folder.FullName, "ours.safetensors");
        using (FileStream stream = File.Create(path))
        {
            SafetensorsFile.Write(
                stream,
                new Dictionary<string, WeightArray>
                {
                    ["kernel"] = new([2, 1, 1, 3], [0.5f, -1.25f, 3, 1024, -0.125f, 0]),
                    ["variance"] = new([2], [1e-9f, 123456.78f]),
                },
                name => name == "variance");
        }

        JsonElement read = JsonDocument.Parse(await Python.RunAsync(Peer, ["read", path], "", TestContext.Current.CancellationToken)).RootElement;

        Assert.Equal("F16", read.GetProperty("kernel").GetProperty("dtype").GetString());
        Assert.Equal([2, 1, 1, 3], read.GetProperty("kernel").GetProperty("shape").EnumerateArray().Select(n => n.GetInt32()));
        Assert.Equal([0.5f, -1.25f, 3, 1024, -0.125f, 0], Values(read, "kernel"));
        Assert.Equal("F32", read.GetProperty("variance").GetProperty("dtype").GetString());
        Assert.Equal([1e-9f, 123456.78f], Values(read, "variance"));
    }

    [Fact]
    public async Task Read_PeersFile_HasTheSameValues()
    {
        string path = Path.Combine(_folder.FullName, "peer.safetensors");
        const string tensors = """{"a": {"dtype": "F32", "shape": [3], "values": [1, 2.5, -3]}, "b": {"dtype": "F16", "shape": [1, 2], "values": [0.5, 7]}}""";
        await Python.RunAsync(Peer, ["write", path], tensors, TestContext.Current.CancellationToken);

        IReadOnlyDictionary<string, WeightArray> read = SafetensorsFile.Read(File.ReadAllBytes(path), "peer");

        Assert.Equal(["a", "b"], read.Keys.Order());
        Assert.Equal([1f, 2.5f, -3f], read["a"].Values);
        Assert.Equal([1L, 2L], read["b"].Shape);
        Assert.Equal([0.5f, 7f], read["b"].Values);
    }

    private static float[] Values(JsonElement tensors, string name) =>
        [.. tensors.GetProperty(name).GetProperty("values").EnumerateArray().Select(v => v.GetSingle())];
}
