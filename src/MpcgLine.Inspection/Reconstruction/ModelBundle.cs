using System.Security.Cryptography;
using MpcgLine.Inspection.Difference;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// A model proven on paper: manifest parsed, hashes matched, every tensor of the right name and shape and finite.
/// What remains to prove is that it computes what it did when it was made: <see cref="GoldenTiles"/>.
/// </summary>
public sealed class ModelBundle
{
    /// <summary>Names of the bundle's files.</summary>
    public const string ManifestName = "manifest.json",
        ReconstructionName = "reconstruction.safetensors",
        FusionName = "fusion.safetensors",
        GoldenName = "golden.safetensors";

    private ModelBundle(
        ModelManifest manifest,
        IReadOnlyDictionary<string, WeightArray> reconstruction,
        IReadOnlyDictionary<string, WeightArray> fusion,
        IReadOnlyList<GoldenTile> goldenTiles)
    {
        Manifest = manifest;
        Reconstruction = reconstruction;
        Fusion = fusion;
        GoldenTiles = goldenTiles;
    }

    /// <summary>The manifest.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>Weights of the autoencoder by name.</summary>
    public IReadOnlyDictionary<string, WeightArray> Reconstruction { get; }

    /// <summary>Weights of the learned fusion by name.</summary>
    public IReadOnlyDictionary<string, WeightArray> Fusion { get; }

    /// <summary>Tiles with the answers the model gave when it was made.</summary>
    public IReadOnlyList<GoldenTile> GoldenTiles { get; }

    /// <summary>
    /// Proves and opens a bundle from the content of its files.
    /// </summary>
    /// <param name="read">Content of the file with the given name; throws <see cref="ModelException"/> where there is none.</param>
    /// <exception cref="ModelException">Anything about the bundle is not as it must be; the message names the file and the fault.</exception>
    public static ModelBundle Open(Func<string, byte[]> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        ModelManifest manifest = ModelManifest.Parse(read(ManifestName), ManifestName);
        IReadOnlyDictionary<string, WeightArray> Proven(string file)
        {
            byte[] content = read(file);
            string hash = Convert.ToHexStringLower(SHA256.HashData(content));
            if (!manifest.Sha256.TryGetValue(file, out string? expected) || hash != expected)
            {
                throw new ModelException($"{file}: SHA-256 {hash} is not the manifest's {expected ?? "(none)"}: the file was changed or damaged.");
            }

            return SafetensorsFile.Read(content, file);
        }

        IReadOnlyDictionary<string, WeightArray> reconstruction = Proven(ReconstructionName);
        IReadOnlyDictionary<string, WeightArray> fusion = Proven(FusionName);
        RequireLayers(ReconstructionLayers.Table4(manifest.Architecture.Width), reconstruction, ReconstructionName);
        RequireLayers(FusionLayers.Shapes(manifest.Fusion.Maps), fusion, FusionName);
        return new ModelBundle(manifest, reconstruction, fusion, GoldenTile.FromTensors(Proven(GoldenName), GoldenName));
    }

    /// <summary>
    /// A bundle fresh from training: no golden tiles yet, so it can't be packed before they are made. Its weights are
    /// those that <see cref="Pack"/> writes, rounded to half precision, so that thresholds and golden answers belong
    /// to what is shipped.
    /// </summary>
    /// <exception cref="ModelException">A tensor is missing, of another shape, not finite, or beyond half precision.</exception>
    public static ModelBundle FromTraining(
        ModelManifest manifest,
        IReadOnlyDictionary<string, WeightArray> reconstruction,
        IReadOnlyDictionary<string, WeightArray> fusion)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        RequireLayers(ReconstructionLayers.Table4(manifest.Architecture.Width), reconstruction, ReconstructionName);
        RequireLayers(FusionLayers.Shapes(manifest.Fusion.Maps), fusion, FusionName);
        return new ModelBundle(manifest, Rounded(reconstruction, ReconstructionName), Rounded(fusion, FusionName), []);
    }

    /// <summary>The same networks with other thresholds.</summary>
    public ModelBundle WithCalibration(ModelCalibration calibration) =>
        new(Manifest with { Calibration = calibration }, Reconstruction, Fusion, GoldenTiles);

    /// <summary>The same model, made by one more command.</summary>
    public ModelBundle WithCommand(string command) => new(
        Manifest with { Provenance = Manifest.Provenance with { Commands = [.. Manifest.Provenance.Commands, command] } },
        Reconstruction,
        Fusion,
        GoldenTiles);

    /// <summary>The same model with golden tiles.</summary>
    public ModelBundle WithGoldenTiles(IReadOnlyList<GoldenTile> goldenTiles) =>
        new(Manifest, Reconstruction, Fusion, goldenTiles);

    /// <summary>Content of every file of the bundle; the manifest's hashes are made here.</summary>
    /// <returns>File name and content, the manifest last.</returns>
    public IReadOnlyList<(string Name, byte[] Content)> Pack()
    {
        byte[] Content(IReadOnlyDictionary<string, WeightArray> tensors, Func<string, bool> isSingle)
        {
            using var stream = new MemoryStream();
            SafetensorsFile.Write(stream, tensors.OrderBy(t => t.Key, StringComparer.Ordinal), isSingle);
            return stream.ToArray();
        }

        var files = new List<(string Name, byte[] Content)>
        {
            (ReconstructionName, Content(Reconstruction, IsStatistic)),
            (FusionName, Content(Fusion, IsStatistic)),
            (GoldenName, Content(GoldenTile.ToTensors(GoldenTiles), name => !name.StartsWith(GoldenTile.TilePrefix, StringComparison.Ordinal))),
        };
        ModelManifest hashed = Manifest with
        {
            Sha256 = files.ToDictionary(f => f.Name, f => Convert.ToHexStringLower(SHA256.HashData(f.Content)))
                .Append(new(ModelManifest.CalibrationHashName, ModelManifest.HashOf(Manifest.Calibration))).ToDictionary(),
        };
        files.Add((ManifestName, hashed.ToJson()));
        return files;
    }

    /// <summary>Tensors (float32, CPU) of one of the networks; the caller disposes them.</summary>
    internal static Dictionary<string, Tensor> ToTensors(IReadOnlyDictionary<string, WeightArray> weights) =>
        weights.ToDictionary(w => w.Key, w => tensor(w.Value.Values, [.. w.Value.Shape]).DetachFromDisposeScope());

    // Variances of nearly dead channels lie below the half-precision range; the statistics are small anyway.
    private static bool IsStatistic(string name) => name.Contains(".norm.", StringComparison.Ordinal);

    /// <summary>The weights as <see cref="Pack"/> writes them and <see cref="Open"/> reads them.</summary>
    private static Dictionary<string, WeightArray> Rounded(IReadOnlyDictionary<string, WeightArray> weights, string file) =>
        weights.ToDictionary(
            w => w.Key,
            w => IsStatistic(w.Key) ? w.Value : w.Value with { Values = Array.ConvertAll(w.Value.Values, v => ToHalf(v, $"{file}: {w.Key}")) },
            StringComparer.Ordinal);

    private static float ToHalf(float value, string name)
    {
        var half = (float)(Half)value;
        return float.IsFinite(half)
            ? half
            : throw new ModelException($"{name} holds {value}; weights are kept in half precision (allowed: {Half.MinValue}..{Half.MaxValue}).");
    }

    private static void RequireLayers(IReadOnlyList<LayerShape> layers, IReadOnlyDictionary<string, WeightArray> weights, string file)
    {
        var expected = layers.SelectMany(layer => layer.Tensors()).ToDictionary(t => t.Name, t => t.Shape);
        foreach ((string name, long[] shape) in expected)
        {
            if (!weights.TryGetValue(name, out WeightArray? array))
            {
                throw new ModelException($"{file}: {name} is missing.");
            }

            if (!array.Shape.SequenceEqual(shape))
            {
                throw new ModelException($"{file}: {name} has shape [{string.Join(", ", array.Shape)}], expected [{string.Join(", ", shape)}].");
            }

            int bad = Array.FindIndex(array.Values, v => !float.IsFinite(v));
            if (bad >= 0)
            {
                throw new ModelException($"{file}: {name} holds {array.Values[bad]} at {bad}; every weight must be finite.");
            }

            if (name.EndsWith(".norm.variance", StringComparison.Ordinal) && Array.Exists(array.Values, v => v < 0))
            {
                throw new ModelException($"{file}: {name} holds a negative variance.");
            }
        }

        string? surplus = weights.Keys.FirstOrDefault(name => !expected.ContainsKey(name));
        if (surplus is not null)
        {
            throw new ModelException($"{file}: {surplus} does not belong to this architecture.");
        }
    }
}
