using System.Text;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.UnitTests.Reconstruction;

public sealed class LocalProfileTests
{
    private static readonly ProcessorIdentity Here = new("Test processor", 2, true, true);

    private static readonly ModelManifest Manifest = new(
        ModelManifest.CurrentSchema,
        "test",
        new ModelArchitecture(1),
        new ModelFusion(FusionMaps.All, 10),
        null,
        new ModelProvenance(["test"], "none", 1, 0, 0, 0, "test"),
        new Dictionary<string, string> { ["weights"] = "1", ["calibration"] = "2" });

    private static LocalProfile Profile() => new LocalProfile(
        LocalProfile.CurrentSchema,
        Here,
        Manifest.Fingerprint,
        Precision.Int8,
        2,
        new Dictionary<string, ActivationRange> { ["E_pre"] = new([-0.1f, 0], [1.7f, 0.3f]) },
        new ModelCalibration(1.5f, 2.25f, 0.02, 8, 0, 0.3, "good"),
        "").Hashed();

    [Fact]
    public void Parse_WhatWasWritten_IsTheSame()
    {
        LocalProfile profile = Profile();

        LocalProfile read = LocalProfile.Parse(profile.ToJson());

        Assert.Equal(Here, read.Processor);
        Assert.Equal((Precision.Int8, 2, profile.Bundle), (read.Precision, read.Threads, read.Bundle));
        Assert.Equal(profile.Calibration, read.Calibration);
        Assert.Equal(profile.ActivationRanges!["E_pre"].Low, read.ActivationRanges!["E_pre"].Low);
        Assert.Equal(profile.ActivationRanges["E_pre"].High, read.ActivationRanges["E_pre"].High);
        read.RequireFitting(Here, Manifest);
    }

    [Theory]
    [InlineData("2.25", "2.26")]
    [InlineData("1.7", "1.8")]
    [InlineData("Int8", "Float32")]
    public void Parse_AChangedValue_IsRefusedByItsHash(string value, string other)
    {
        string json = Encoding.UTF8.GetString(Profile().ToJson());
        Assert.Contains(value, json, StringComparison.Ordinal);

        ModelException error = Assert.Throws<ModelException>(() => LocalProfile.Parse(Encoding.UTF8.GetBytes(json.Replace(value, other, StringComparison.Ordinal))));

        Assert.Contains("SHA-256", error.Message, StringComparison.Ordinal);
        Assert.Contains("bench --tune", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("null")]
    public void Parse_NoProfile_SaysWhatToRun(string json)
    {
        ModelException error = Assert.Throws<ModelException>(() => LocalProfile.Parse(Encoding.UTF8.GetBytes(json)));

        Assert.Contains("bench --tune", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RequireFitting_AnotherMachine_NamesBoth()
    {
        ModelException error = Assert.Throws<ModelException>(() => Profile().RequireFitting(Here with { Model = "Other processor" }, Manifest));

        Assert.Contains("Test processor", error.Message, StringComparison.Ordinal);
        Assert.Contains("Other processor", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RequireFitting_ProcessorThatLostItsBytes_IsRefused() =>
        Assert.Throws<ModelException>(() => Profile().RequireFitting(Here with { MultipliesBytes = false }, Manifest));

    [Fact]
    public void RequireFitting_BundleWithOtherThresholds_IsRefused()
    {
        ModelManifest recalibrated = Manifest with { Sha256 = new Dictionary<string, string> { ["weights"] = "1", ["calibration"] = "3" } };

        ModelException error = Assert.Throws<ModelException>(() => Profile().RequireFitting(Here, recalibrated));

        Assert.Contains("another state of this bundle", error.Message, StringComparison.Ordinal);
    }
}
