using MpcgLine.Inspection;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Training;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests;

/// <summary>A small bundle with random weights: enough to test everything but how well it inspects.</summary>
internal static class TestModel
{
    public const double Width = 0.125;

    public static ModelBundle Create(int seed = 1, float threshold = 0)
    {
        var manifest = new ModelManifest(
            ModelManifest.CurrentSchema,
            "test",
            new ModelArchitecture(Width),
            new ModelFusion(FusionMaps.All, 10),
            new ModelCalibration(1, threshold, 0.02, 1, 0, 1, "none"),
            new ModelProvenance(["test"], "none", (ulong)seed, 0, 0, 0, "test"),
            new Dictionary<string, string>());
        using var reconstruction = new TrainableNetwork(ReconstructionLayers.Table4(Width), ScalarType.Float32, new Random(seed));
        using var fusion = new TrainableNetwork(FusionLayers.Shapes(FusionMaps.All), ScalarType.Float32, new Random(seed + 1));
        ModelBundle bundle = ModelBundle.FromTraining(manifest, reconstruction.ToArrays(), fusion.ToArrays());
        return bundle.WithGoldenTiles(TileInspector.MakeGoldenTiles(bundle, [Tile(seed)]));
    }

    /// <summary>Smooth stripes with noise, <c>[512, 512]</c>.</summary>
    public static byte[] Tile(int seed)
    {
        var random = new Random(seed);
        double phase = random.NextDouble() * 6;
        var tile = new byte[TileGrid.Size * TileGrid.Size];
        for (int i = 0; i < tile.Length; i++)
        {
            tile[i] = (byte)(120 + (40 * Math.Sin((i % TileGrid.Size / 20.0) + phase)) + random.Next(-12, 13));
        }

        return tile;
    }
}
