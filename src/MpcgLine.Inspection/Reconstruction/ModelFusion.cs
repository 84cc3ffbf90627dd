using System.Text.Json.Serialization;
using MpcgLine.Inspection.Difference;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>Shape of the learned fusion.</summary>
/// <param name="Maps">Maps it sees.</param>
/// <param name="GrayScale">Gray levels that become 1 in its input: the deviation of good texture about its local mean.</param>
public sealed record ModelFusion([property: JsonRequired] FusionMaps Maps, [property: JsonRequired] float GrayScale);
