using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Stitching;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>The bundle's <c>manifest.json</c>.</summary>
/// <param name="Schema">Version of this form and of what the networks are given; <see cref="CurrentSchema"/>.</param>
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
    public const int CurrentSchema = 2;

    internal const string CalibrationHashName = "calibration";

    // Scores are logits, features are gray levels: beyond these nothing would ever be flagged.
    private const float MaxThreshold = 50, MaxEpsilon = 4096;

    private const double MaxInsidePixels = 1000, MaxCornerRadiusPixels = 5000;

    /// <summary>Tells a bundle, weights and thresholds, from any other: SHA-256 over its hashes, lower-case hexadecimal.</summary>
    [JsonIgnore]
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', Sha256.OrderBy(hash => hash.Key, StringComparer.Ordinal).Select(hash => $"{hash.Key} {hash.Value}")))));

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
            throw new ModelException($"{name}: schema {manifest.Schema} (allowed: {CurrentSchema}). A model of another schema has to be trained again.");
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

        if (manifest.Calibration is { } calibration)
        {
            RequireRange(calibration, name);
        }
    }

    /// <summary>Refuses thresholds beyond which nothing would ever be flagged, and edges that are none.</summary>
    /// <exception cref="ModelException">Names the member, its value and what is allowed.</exception>
    internal static void RequireRange(ModelCalibration calibration, string name)
    {
        if (!(Math.Abs(calibration.Threshold) <= MaxThreshold))
        {
            throw new ModelException($"{name}: calibration.threshold {calibration.Threshold} (allowed: -{MaxThreshold}..{MaxThreshold}).");
        }

        if (!(calibration.Epsilon is >= 0 and <= MaxEpsilon))
        {
            throw new ModelException($"{name}: calibration.epsilon {calibration.Epsilon} (allowed: 0..{MaxEpsilon}).");
        }

        if (calibration.Edges is { } edges && !Enum.IsDefined(edges))
        {
            throw new ModelException($"{name}: calibration.edges {edges} (allowed: {string.Join(", ", Enum.GetNames<EdgeMode>())}).");
        }

        if (calibration.InsidePixels is { } inside && !(inside is >= 0 and <= MaxInsidePixels))
        {
            throw new ModelException($"{name}: calibration.insidePixels {inside} (allowed: 0..{MaxInsidePixels}).");
        }

        if (calibration.CornerRadiusPixels is { } radius && !(radius is >= 0 and <= MaxCornerRadiusPixels))
        {
            throw new ModelException($"{name}: calibration.cornerRadiusPixels {radius} (allowed: 0..{MaxCornerRadiusPixels}).");
        }

        if (calibration.PartSquareMetres is { } area && !(area > 0 && double.IsFinite(area)))
        {
            throw new ModelException($"{name}: calibration.partSquareMetres {area} (allowed: above 0).");
        }
    }

    /// <summary>The manifest as indented JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ModelManifestJson.Default.ModelManifest);
}
