using System.Security.Cryptography;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Bundles;

namespace MpcgLine.ComponentTests.Reconstruction;

[Collection(TensorTests.Name)]
public sealed class ModelBundleTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mpcgline-bundle-");
    private readonly string _path;

    public ModelBundleTests()
    {
        _path = Path.Combine(_folder.FullName, "model");
        ModelFolder.Write(_path, TestModel.Create());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Read_WholeBundle_ProvesItsGoldenTiles()
    {
        ModelBundle bundle = ModelFolder.Read(_path);

        using var inspector = new TileInspector(bundle, new InferenceOptions { BatchTiles = 2 });

        Assert.Equal(2, inspector.MaxTiles);
    }

    [Theory]
    [InlineData(ModelBundle.ReconstructionName)]
    [InlineData(ModelBundle.FusionName)]
    [InlineData(ModelBundle.GoldenName)]
    public void Read_FlippedBit_IsRefusedByTheFilesHash(string file)
    {
        byte[] content = File.ReadAllBytes(Path.Combine(_path, file));
        content[^100] ^= 4;
        File.WriteAllBytes(Path.Combine(_path, file), content);

        AssertRefused(file, "SHA-256");
    }

    [Fact]
    public void Read_TruncatedFileWithMatchingHash_IsRefusedByItsContent()
    {
        Replace(ModelBundle.ReconstructionName, content => content[..^1000]);

        AssertRefused(ModelBundle.ReconstructionName, "truncated");
    }

    [Fact]
    public void Read_WeightThatIsNaN_NamesTensorAndPlace()
    {
        ReplaceWeight(array => array with { Values = [float.NaN, .. array.Values.Skip(1)] });

        AssertRefused("E_pre.weight", "NaN at 0");
    }

    [Fact]
    public void Read_WrongShape_NamesBothShapes()
    {
        ReplaceWeight(array => array with { Shape = [array.Shape[0] * array.Shape[2] * array.Shape[3]] });

        AssertRefused("E_pre.weight has shape [100]", "expected [4, 1, 5, 5]");
    }

    [Fact]
    public void Read_MissingFile_NamesIt()
    {
        File.Delete(Path.Combine(_path, ModelBundle.FusionName));

        AssertRefused(ModelBundle.FusionName, "missing");
    }

    [Theory]
    [InlineData("\"schema\": 1", "\"schema\": 9", "schema 9")]
    [InlineData("\"width\": 0.125", "\"width\": 3", "architecture.width 3")]
    [InlineData("\"grayScale\": 10", "\"grayScale\": -1", "fusion.grayScale -1")]
    [InlineData("{", "", "not a model manifest")]
    [InlineData("\"threshold\": 0", "\"threshold\": 9", "calibration does not match")]
    public void Read_WrongManifest_SaysWhatIsAllowed(string text, string replacement, string expected)
    {
        string path = Path.Combine(_path, ModelBundle.ManifestName);
        string manifest = File.ReadAllText(path);
        int at = manifest.IndexOf(text, StringComparison.Ordinal);
        File.WriteAllText(path, manifest[..at] + replacement + manifest[(at + text.Length)..]);

        AssertRefused(ModelBundle.ManifestName, expected);
    }

    [Fact]
    public void TileInspector_GoldenAnswerDiffers_RefusesTheModel()
    {
        ModelBundle bundle = ModelFolder.Read(_path);
        GoldenTile golden = bundle.GoldenTiles[0];
        float[] wrong = [.. golden.Scores.Reverse()];

        var error = Assert.Throws<ModelException>(() =>
            new TileInspector(bundle.WithGoldenTiles([golden with { Scores = wrong }]), new InferenceOptions()));

        Assert.Contains("golden tile 0: the scores", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OverAnEarlierBundle_LeavesOneWholeBundle()
    {
        ModelFolder.Write(_path, TestModel.Create(seed: 9));

        Assert.Equal(9UL, ModelFolder.Read(_path).Manifest.Provenance.Seed);
        Assert.Equal(["model"], _folder.GetFileSystemInfos().Select(f => f.Name));
    }

    private void AssertRefused(params string[] parts)
    {
        var error = Assert.Throws<ModelException>(() => ModelFolder.Read(_path));
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    private void ReplaceWeight(Func<WeightArray, WeightArray> change) => Replace(ModelBundle.ReconstructionName, content =>
    {
        var tensors = new Dictionary<string, WeightArray>(SafetensorsFile.Read(content, "test"));
        tensors["E_pre.weight"] = change(tensors["E_pre.weight"]);
        using var stream = new MemoryStream();
        SafetensorsFile.Write(stream, tensors, _ => true);
        return stream.ToArray();
    });

    /// <summary>Changes a file and its hash in the manifest: what remains is caught by the content itself.</summary>
    private void Replace(string file, Func<byte[], byte[]> change)
    {
        string path = Path.Combine(_path, file), manifestPath = Path.Combine(_path, ModelBundle.ManifestName);
        byte[] before = File.ReadAllBytes(path), after = change(before);
        File.WriteAllBytes(path, after);
        string manifest = File.ReadAllText(manifestPath);
        File.WriteAllText(manifestPath, manifest.Replace(
            Convert.ToHexStringLower(SHA256.HashData(before)), Convert.ToHexStringLower(SHA256.HashData(after)), StringComparison.Ordinal));
    }
}
