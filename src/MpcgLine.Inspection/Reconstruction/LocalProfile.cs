using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// A bundle's <c>profile.json</c>: in which arithmetic it is fastest on one machine, proven as accurate as single precision
/// there, and the thresholds that belong to it.
/// </summary>
/// <param name="Schema">Version of this form; <see cref="CurrentSchema"/>.</param>
/// <param name="Processor">The machine.</param>
/// <param name="Bundle">The bundle's <see cref="ModelManifest.Fingerprint"/>.</param>
/// <param name="Precision">Arithmetic of the networks, never <see cref="Precision.Auto"/>.</param>
/// <param name="Threads">Threads of the tensor library.</param>
/// <param name="ActivationRanges">What each layer of the autoencoder gives, by its name; null but for <see cref="Precision.Int8"/>.</param>
/// <param name="Calibration">Thresholds set in this arithmetic.</param>
/// <param name="Sha256">SHA-256 of all the rest, lower-case hexadecimal.</param>
public sealed record LocalProfile(
    [property: JsonRequired] int Schema,
    [property: JsonRequired] ProcessorIdentity Processor,
    [property: JsonRequired] string Bundle,
    [property: JsonRequired] Precision Precision,
    [property: JsonRequired] int Threads,
    IReadOnlyDictionary<string, ActivationRange>? ActivationRanges,
    [property: JsonRequired] ModelCalibration Calibration,
    [property: JsonRequired] string Sha256)
{
    /// <summary>Name of the file within the bundle.</summary>
    public const string FileName = "profile.json";

    /// <summary>The form this program reads and writes.</summary>
    public const int CurrentSchema = 2;

    private const string Remedy = "run `mpcgline bench --tune` here, or delete the file to go by the bundle alone";

    /// <summary>Reads a profile.</summary>
    /// <exception cref="ModelException">It is damaged: no JSON, of another schema, or not what its hash says.</exception>
    public static LocalProfile Parse(ReadOnlySpan<byte> json)
    {
        LocalProfile profile;
        try
        {
            profile = JsonSerializer.Deserialize(json, ModelManifestJson.Default.LocalProfile) ?? throw new ModelException($"{FileName} is empty: {Remedy}.");
        }
        catch (JsonException e)
        {
            throw new ModelException($"{FileName} is not a local profile: {e.Message} Its thresholds are lost: {Remedy}.", e);
        }

        if (profile.Schema != CurrentSchema)
        {
            throw new ModelException($"{FileName}: schema {profile.Schema} (allowed: {CurrentSchema}): {Remedy}.");
        }

        ModelManifest.RequireRange(profile.Calibration, FileName);
        return profile.Hashed().Sha256 == profile.Sha256
            ? profile
            : throw new ModelException($"{FileName} does not match its SHA-256: it was changed by hand or damaged; {Remedy}.");
    }

    /// <summary>Refuses a profile of another machine or of another state of the bundle: its verdicts would be neither's.</summary>
    /// <exception cref="ModelException">Names both.</exception>
    public void RequireFitting(ProcessorIdentity processor, ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        if (Processor != processor)
        {
            throw new ModelException($"{FileName} was made on another machine ({Processor}; this is {processor}): {Remedy}.");
        }

        if (Bundle != manifest.Fingerprint)
        {
            throw new ModelException($"{FileName} was made for another state of this bundle: {Remedy}.");
        }
    }

    /// <summary>The same with its hash.</summary>
    public LocalProfile Hashed() => this with { Sha256 = Convert.ToHexStringLower(SHA256.HashData((this with { Sha256 = "" }).ToJson())) };

    /// <summary>The profile as indented JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ModelManifestJson.Default.LocalProfile);
}
