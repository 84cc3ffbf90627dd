using MpcgLine.Inspection;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Bundles;

namespace MpcgLine.ComponentTests.Bundles;

[Collection(TensorTests.Name)]
public sealed class LoadedModelTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mpcgline-profile-");
    private readonly string _path;

    public LoadedModelTests()
    {
        _path = Path.Combine(_folder.FullName, "model");
        ModelFolder.Write(_path, TestModel.Create());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Read_NoProfile_IsTheBundleAlone()
    {
        LoadedModel model = LoadedModel.Read(_path, new InferenceOptions());

        Assert.Null(model.Profile);
        Assert.Equal(Precision.Auto, model.Inference.Precision);
    }

    [Fact]
    public void Read_ProfileOfThisMachine_DecidesArithmeticAndThresholds()
    {
        ModelFolder.WriteProfile(_path, Profile());

        LoadedModel model = LoadedModel.Read(_path, new InferenceOptions());

        Assert.Equal((Precision.Float32, 3), (model.Inference.Precision, model.Inference.Threads));
        Assert.Equal(7, model.Bundle.Manifest.Calibration!.Threshold);
    }

    [Fact]
    public void Read_AskedForArithmeticOrThreads_IsWhatWasAskedFor()
    {
        ModelFolder.WriteProfile(_path, Profile());

        LoadedModel otherPrecision = LoadedModel.Read(_path, new InferenceOptions { Precision = Precision.BFloat16 });
        LoadedModel otherThreads = LoadedModel.Read(_path, new InferenceOptions { Threads = 1 });

        Assert.Null(otherPrecision.Profile);
        Assert.Equal(0, otherPrecision.Bundle.Manifest.Calibration!.Threshold);
        Assert.Equal(1, otherThreads.Inference.Threads);
    }

    [Fact]
    public void Read_ProfileOfAnotherMachine_IsRefusedWithTheFolder()
    {
        ModelFolder.WriteProfile(_path, (Profile() with { Processor = new ProcessorIdentity("other", 1, false, false) }).Hashed());

        ModelException error = Assert.Throws<ModelException>(() => LoadedModel.Read(_path, new InferenceOptions()));

        Assert.Contains(_path, error.Message, StringComparison.Ordinal);
        Assert.Contains("another machine", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DamagedProfile_IsRefused()
    {
        ModelFolder.WriteProfile(_path, Profile());
        string file = Path.Combine(_path, LocalProfile.FileName);
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"threads\": 3", "\"threads\": 4", StringComparison.Ordinal));

        ModelException error = Assert.Throws<ModelException>(() => LoadedModel.Read(_path, new InferenceOptions()));

        Assert.Contains("SHA-256", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_BundleReplaced_ItsProfileGoesToo()
    {
        ModelFolder.WriteProfile(_path, Profile());

        ModelFolder.Write(_path, TestModel.Create(threshold: 1));

        Assert.Null(ModelFolder.ReadProfile(_path));
    }

    [Fact]
    public void Read_Int8WithoutAProfileOfIt_IsRefusedWithTheRemedy()
    {
        ModelException without = Assert.Throws<ModelException>(() => LoadedModel.Read(_path, new InferenceOptions { Precision = Precision.Int8 }));
        ModelFolder.WriteProfile(_path, Profile());
        ModelException other = Assert.Throws<ModelException>(() => LoadedModel.Read(_path, new InferenceOptions { Precision = Precision.Int8 }));

        Assert.Contains("there is none", without.Message, StringComparison.Ordinal);
        Assert.Contains("this one's is Float32", other.Message, StringComparison.Ordinal);
        Assert.Contains("bench --tune", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Int8WithAProfileOfIt_TakesItsThresholds()
    {
        ModelFolder.WriteProfile(_path, (Profile() with { Precision = Precision.Int8, ActivationRanges = new Dictionary<string, ActivationRange>() }).Hashed());

        LoadedModel model = LoadedModel.Read(_path, new InferenceOptions { Precision = Precision.Int8 });

        Assert.Equal(7, model.Bundle.Manifest.Calibration!.Threshold);
        Assert.NotNull(model.Inference.ActivationRanges);
    }

    private LocalProfile Profile() => new LocalProfile(
        LocalProfile.CurrentSchema,
        Processors.ThisMachine(),
        ModelFolder.Read(_path).Manifest.Fingerprint,
        Precision.Float32,
        3,
        null,
        new ModelCalibration(2, 7, 0.02, 8, 0, 0.3, "good"),
        "").Hashed();
}
