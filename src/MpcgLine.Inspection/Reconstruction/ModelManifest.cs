using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MpcgLine.Inspection.Difference;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>The bundle's <c>manifest.json</c>.</summary>
/// <param name="Schema">Version of this form; <see cref="CurrentSchema"/>.</param>
/// <param name="Name">The model's name.</param>
/// <param name="Architecture">Width of the reconstruction network.</param>
/// <param name="Fusion">What the learned fusion sees and by which scale.</param>
/// <param name="Calibration">The thresholds and what they rest on; null until calibrated.</param>
/// <param name="Provenance">How the bundle was made.</param>
/// <param name="Sha256">SHA-256 of each other file of the bundle by file name, and of the thresholds under <c>calibration</c>; lower-case hexadecimal.</param>
public sealed record ModelManifest(
    [property: JsonRequired] int Schema,
    [property: JsonRequired] string Name,
    [property: JsonRequired] ModelArchitecture Architecture,
    [property: JsonRequired] ModelFusion Fusion,
    ModelCalibration? Calibration,
    [property: JsonRequired] ModelProvenance Provenance,
    [property: JsonRequired] IReadOnlyDictionary<string, string> Sha256)
{
    /// <summary>The form this program reads and writes.</summary>
    public const int CurrentSchema = 1;

    internal const string CalibrationHashName = "calibration";

    // Scores are logits, features are gray levels: beyond these nothing would ever be flagged.
    private const float MaxThreshold = 50, MaxEpsilon = 4096;

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="ModelException">It is not JSON, lacks a member or has another schema.</exception>
    public static ModelManifest Parse(ReadOnlySpan<byte> json, string name)
    {
        ModelManifest manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(json, ModelManifestJson.Default.ModelManifest)
                ?? throw new ModelException($"{name} is empty.");
        }
        catch (JsonException e)
        {
            throw new ModelException($"{name} is not a model manifest: {e.Message}", e);
        }

        if (manifest.Schema != CurrentSchema)
        {
            throw new ModelException($"{name}: schema {manifest.Schema} (allowed: {CurrentSchema}).");
        }

        double width = manifest.Architecture.Width;
        if (!(width is >= ReconstructionLayers.MinWidth and <= ReconstructionLayers.MaxWidth))
        {
            throw new ModelException($"{name}: architecture.width {width} (allowed: {ReconstructionLayers.MinWidth}..{ReconstructionLayers.MaxWidth}).");
        }

        float scale = manifest.Fusion.GrayScale;
        if (!(scale is >= FusionFeatures.MinGrayScale and <= FusionFeatures.MaxGrayScale))
        {
            throw new ModelException($"{name}: fusion.grayScale {scale} (allowed: {FusionFeatures.MinGrayScale}..{FusionFeatures.MaxGrayScale}).");
        }

        if ((manifest.Fusion.Maps & FusionMaps.Tile) == 0 || (manifest.Fusion.Maps & ~FusionMaps.All) != 0)
        {
            throw new ModelException($"{name}: fusion.maps {manifest.Fusion.Maps} (allowed: Tile, with Reconstruction and RegionalChange or not).");
        }

        RequireCalibration(manifest, name);
        return manifest;
    }

    /// <summary>SHA-256 of the thresholds as they are written, lower-case hexadecimal: a changed digit would switch detection off.</summary>
    internal static string HashOf(ModelCalibration? calibration) => Convert.ToHexStringLower(
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(calibration, ModelManifestJson.Default.ModelCalibration)));

    private static void RequireCalibration(ModelManifest manifest, string name)
    {
        if (!manifest.Sha256.TryGetValue(CalibrationHashName, out string? expected) || HashOf(manifest.Calibration) != expected)
        {
            throw new ModelException($"{name}: the calibration does not match its SHA-256: it was changed by hand or damaged. Take the bundle from a copy, or train again.");
        }

        if (manifest.Calibration is not { } calibration)
        {
            return;
        }

        if (!(Math.Abs(calibration.Threshold) <= MaxThreshold))
        {
            throw new ModelException($"{name}: calibration.threshold {calibration.Threshold} (allowed: -{MaxThreshold}..{MaxThreshold}).");
        }

        if (!(calibration.Epsilon is >= 0 and <= MaxEpsilon))
        {
            throw new ModelException($"{name}: calibration.epsilon {calibration.Epsilon} (allowed: 0..{MaxEpsilon}).");
        }
    }

    /// <summary>The manifest as indented JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ModelManifestJson.Default.ModelManifest);
}

/// <summary>Shape of the reconstruction network.</summary>
/// <param name="Width">Factor on Table 4's channel counts.</param>
public sealed record ModelArchitecture([property: JsonRequired] double Width);

/// <summary>Shape of the learned fusion.</summary>
/// <param name="Maps">Maps it sees.</param>
/// <param name="GrayScale">Gray levels that become 1 in its input: the deviation of good texture about its local mean.</param>
public sealed record ModelFusion([property: JsonRequired] FusionMaps Maps, [property: JsonRequired] float GrayScale);

/// <summary>Thresholds, set from good tiles alone.</summary>
/// <param name="Epsilon">Limit on the change of the DCT feature in the paper's fusion (Eq. 20), gray levels.</param>
/// <param name="Threshold">Score from which the learned fusion calls a cell suspect.</param>
/// <param name="TargetFalseAlarmRate">Share of good images that may be flagged, as asked for.</param>
/// <param name="GoodImages">Independent good images the thresholds rest on.</param>
/// <param name="ExpectedLow">Lower end of the 95 % interval of the false-alarm rate to expect.</param>
/// <param name="ExpectedHigh">Upper end of that interval.</param>
/// <param name="Source">Where the good images came from.</param>
public sealed record ModelCalibration(
    [property: JsonRequired] float Epsilon,
    [property: JsonRequired] float Threshold,
    double TargetFalseAlarmRate,
    int GoodImages,
    double ExpectedLow,
    double ExpectedHigh,
    string Source);

/// <summary>How a bundle was made, so that it can be made again.</summary>
/// <param name="Commands">The commands, in order.</param>
/// <param name="Source">The training images.</param>
/// <param name="Seed">Seed of all chance in training.</param>
/// <param name="ReconstructionSteps">Training steps of the autoencoder.</param>
/// <param name="FusionSteps">Training steps of the fusion.</param>
/// <param name="Minutes">Minutes of training in all.</param>
/// <param name="Software">Version of the program.</param>
public sealed record ModelProvenance(
    IReadOnlyList<string> Commands,
    string Source,
    ulong Seed,
    int ReconstructionSteps,
    int FusionSteps,
    double Minutes,
    string Software);

/// <summary>Source-generated serialisation of the manifest.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ModelManifest))]
[JsonSerializable(typeof(ModelCalibration))]
internal sealed partial class ModelManifestJson : JsonSerializerContext;
