using System.Text.Json.Serialization;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>One tensor's line in the JSON header of a safetensors file.</summary>
internal sealed record HeaderEntry(
    [property: JsonPropertyName("dtype")] string DataType,
    [property: JsonPropertyName("shape")] long[] Shape,
    [property: JsonPropertyName("data_offsets")] long[] Offsets);
