using System.Text.Json.Serialization;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>Source-generated serialisation of the header.</summary>
[JsonSerializable(typeof(Dictionary<string, HeaderEntry>))]
[JsonSerializable(typeof(HeaderEntry))]
internal sealed partial class SafetensorsHeader : JsonSerializerContext;
