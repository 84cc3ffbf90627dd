using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.Service.Measuring;

/// <summary>
/// Table 4 at its full width with random weights: it costs what a trained one does and sees nothing. Its epsilon lets no
/// patch be suspected, so that what is measured with it is a clean panel.
/// </summary>
internal static class RandomModel
{
    private const float NothingSuspected = 4096;
    private const float GrayScale = 10;

    public static ModelBundle OfWidthOne()
    {
        Random random = new(1);
        ModelManifest manifest = new(
            ModelManifest.CurrentSchema,
            "random, width 1",
            new ModelArchitecture(1),
            new ModelFusion(FusionMaps.All, GrayScale),
            new ModelCalibration(NothingSuspected, 0, 0, 0, 0, 1, "none"),
            new ModelProvenance(["mpcgline bench"], "none", 1, 0, 0, 0, "mpcgline"),
            new Dictionary<string, string>());
        return ModelBundle.FromTraining(
            manifest, Weights(ReconstructionLayers.Table4(1), random), Weights(FusionLayers.Shapes(FusionMaps.All), random));
    }

    private static Dictionary<string, WeightArray> Weights(IEnumerable<LayerShape> layers, Random random) => layers
        .SelectMany(layer => layer.Tensors().Select(tensor => (tensor.Name, Array: new WeightArray(tensor.Shape, Values(layer, tensor.Name, tensor.Shape, random)))))
        .ToDictionary(tensor => tensor.Name, tensor => tensor.Array, StringComparer.Ordinal);

    // Kernels of the size that keeps activations about 1: denormal numbers would be slow, and large ones overflow.
    private static float[] Values(LayerShape layer, string name, long[] shape, Random random)
    {
        float[] values = new float[shape.Aggregate(1L, (product, n) => product * n)];
        if (name == $"{layer.Name}.weight")
        {
            double inputs = layer.InChannels * layer.Kernel * layer.Kernel / (double)(layer.Transposed ? layer.Stride * layer.Stride : 1);
            double reach = Math.Sqrt(6 / inputs);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)(reach * ((2 * random.NextDouble()) - 1));
            }
        }
        else if (name.EndsWith(".gain", StringComparison.Ordinal) || name.EndsWith(".variance", StringComparison.Ordinal))
        {
            Array.Fill(values, 1f);
        }

        return values;
    }
}
