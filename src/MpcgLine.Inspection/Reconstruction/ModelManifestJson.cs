using System.Text.Json.Serialization;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>Source-generated serialisation of the manifest.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ModelManifest))]
[JsonSerializable(typeof(ModelCalibration))]
[JsonSerializable(typeof(LocalProfile))]
internal sealed partial class ModelManifestJson : JsonSerializerContext;
