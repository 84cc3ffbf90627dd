using System.Text.Json.Serialization;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>Shape of the reconstruction network.</summary>
/// <param name="Width">Factor on Table 4's channel counts.</param>
public sealed record ModelArchitecture([property: JsonRequired] double Width);
