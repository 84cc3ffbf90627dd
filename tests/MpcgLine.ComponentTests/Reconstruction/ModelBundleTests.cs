using System.Security.Cryptography;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Stitching;
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
    [InlineData("\"schema\": 2", "\"schema\": 9", "schema 9")]
    [InlineData("\"width\": 0.125", "\"width\": 3", "architecture.width 3")]
    [InlineData("\"grayScale\": 10", "\"grayScale\": -1", "fusion.grayScale -1")]
    [InlineData("{", "", "not a model manifest")]
    [InlineData("\"commands\"", "\"orders\"", "commands")]
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

    [Theory]
    [InlineData(7.9, false)]
    // Beside the 8 gray levels of rounding, a tenth of the answer's spread is allowed.
    [InlineData(8.2, true)]
    public void TileInspector_GoldenBackgroundShifted_IsRefusedFromEightGrayLevelsOn(double shift, bool isRefused)
    {
        ModelBundle bundle = ModelFolder.Read(_path);
        GoldenTile golden = bundle.GoldenTiles[0];
        float mean = golden.BackgroundMeans.Average();
        double spread = Math.Sqrt(golden.BackgroundMeans.Average(m => (m - mean) * (m - mean)));
        float[] shifted = [.. golden.BackgroundMeans.Select(m => (float)(m + shift + (isRefused ? spread / 10 : 0)))];

        Exception? error = Record.Exception(() =>
            new TileInspector(bundle.WithGoldenTiles([golden with { BackgroundMeans = shifted }]), new InferenceOptions { Precision = Precision.Float32 }).Dispose());

        Assert.Equal(isRefused, error is ModelException);
        Assert.Equal(isRefused, error?.Message.Contains("golden tile 0: the background", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public void Write_OverAnEarlierBundle_LeavesOneWholeBundle()
    {
        ModelFolder.Write(_path, TestModel.Create(seed: 9));

        Assert.Equal(9UL, ModelFolder.Read(_path).Manifest.Provenance.Seed);
        Assert.Equal(["model"], _folder.GetFileSystemInfos().Select(f => f.Name));
    }

    [Fact]
    public void Write_FolderWithSomethingElse_RefusesAndTouchesNothing()
    {
        string photograph = Path.Combine(_path, "holiday.jpg");
        File.WriteAllText(photograph, "not a bundle");

        var error = Assert.Throws<ModelException>(() => ModelFolder.Write(_path, TestModel.Create(seed: 9)));

        Assert.Contains("holiday.jpg", error.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(photograph));
        Assert.Equal(1UL, ModelFolder.Read(_path).Manifest.Provenance.Seed);
        Assert.Equal(["model"], _folder.GetFileSystemInfos().Select(f => f.Name));
    }

    [Fact]
    public void RequireReplaceable_AnyPlace_AllowsNothingButANewOrEmptyFolderOrABundle()
    {
        string file = Path.Combine(_folder.FullName, "file"), empty = _folder.CreateSubdirectory("empty").FullName;
        File.WriteAllText(file, "");

        ModelFolder.RequireReplaceable(_path);
        ModelFolder.RequireReplaceable(empty);
        ModelFolder.RequireReplaceable(Path.Combine(_folder.FullName, "absent"));
        Assert.Throws<ModelException>(() => ModelFolder.RequireReplaceable(file));
        Assert.Throws<ModelException>(() => ModelFolder.RequireReplaceable(_folder.FullName));
    }

    [Fact]
    public void Write_FoldersOfSimilarNames_StayAsTheyAre()
    {
        string[] similar = ["model.new", "model.old"];
        foreach (string name in similar)
        {
            File.WriteAllText(Path.Combine(_folder.CreateSubdirectory(name).FullName, "mine"), name);
        }

        ModelFolder.Write(_path, TestModel.Create(seed: 9));

        Assert.All(similar, name => Assert.Equal(name, File.ReadAllText(Path.Combine(_folder.FullName, name, "mine"))));
    }

    [Fact]
    public void FromTraining_AnyWeights_AreThoseThatAreWritten()
    {
        ModelBundle made = TestModel.Create(seed: 3), read = OpenPacked(made);

        Assert.All(made.Reconstruction, w => Assert.Equal(w.Value.Values, read.Reconstruction[w.Key].Values));
        Assert.All(made.Fusion, w => Assert.Equal(w.Value.Values, read.Fusion[w.Key].Values));
    }

    [Fact]
    public void FromTraining_WeightBeyondHalfPrecision_NamesIt()
    {
        ModelBundle bundle = TestModel.Create();
        var fusion = new Dictionary<string, WeightArray>(bundle.Fusion);
        fusion["head.bias"] = new([1], [70_000]);

        var error = Assert.Throws<ModelException>(() => ModelBundle.FromTraining(bundle.Manifest, bundle.Reconstruction, fusion));

        Assert.Contains("head.bias holds 70000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_CalibrationWithEdges_KeepsThem()
    {
        ModelBundle bundle = TestModel.Create();

        ModelCalibration calibration = OpenPacked(
            bundle.WithCalibration(bundle.Manifest.Calibration! with { Edges = EdgeMode.Contrast, InsidePixels = 12 })).Manifest.Calibration!;

        Assert.Equal(EdgeMode.Contrast, calibration.Edges);
        Assert.Equal(12, calibration.InsidePixels);
    }

    private static ModelBundle OpenPacked(ModelBundle bundle)
    {
        Dictionary<string, byte[]> files = bundle.Pack().ToDictionary(f => f.Name, f => f.Content);
        return ModelBundle.Open(name => files[name]);
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
