using System.Text.Json.Serialization;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>How a bundle was made, so that it can be made again.</summary>
/// <param name="Commands">The commands, in order.</param>
/// <param name="Source">The training images.</param>
/// <param name="Seed">Seed of all chance in training.</param>
/// <param name="ReconstructionSteps">Training steps of the autoencoder.</param>
/// <param name="FusionSteps">Training steps of the fusion.</param>
/// <param name="Minutes">Minutes of training in all.</param>
/// <param name="Software">Version of the program.</param>
public sealed record ModelProvenance(
    [property: JsonRequired] IReadOnlyList<string> Commands,
    string Source,
    ulong Seed,
    int ReconstructionSteps,
    int FusionSteps,
    double Minutes,
    string Software);
