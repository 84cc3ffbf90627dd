using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native.Direct;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Difference;

/// <summary>
/// A tile's way through the learned fusion's network as direct convolutions on the processor. Inference thread only.
/// </summary>
internal sealed class DirectFusion : IDisposable
{
    // Channels of what the network reads, in pairs: a step of bfloat16.
    private const int InputGranularity = 2;

    private readonly DirectNetwork _network = new();
    private readonly ProcessorFusionInput _input;
    private readonly TileMap _scores;
    private readonly StepTimes? _times;

    /// <summary>Builds the layers.</summary>
    /// <param name="maps">Which maps the network sees.</param>
    /// <param name="grayScale">Gray levels that become 1.</param>
    /// <param name="weights">By name, float32 on the CPU; not taken over.</param>
    /// <param name="precision">Its arithmetic: bfloat16 or float32.</param>
    /// <param name="times">Marked step by step; null for none.</param>
    /// <exception cref="ModelException">As from <see cref="DirectConvolution"/>.</exception>
    public DirectFusion(FusionMaps maps, float grayScale, IReadOnlyDictionary<string, Tensor> weights, ScalarType precision, StepTimes? times)
    {
        _times = times;
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        IReadOnlyList<LayerShape> shapes = FusionLayers.Shapes(maps);
        int border = shapes.Max(DirectLayer.Border);
        TileMap Run(int index, TileMap read, TileMap? sum)
        {
            LayerShape shape = shapes[index];
            TileMap written = sum ?? _network.Add(index == shapes.Count - 1
                ? DirectLayer.Output(shape, ScalarType.Float32, read.Size, 0, null)
                : DirectLayer.Output(shape, precision, read.Size, border, null));
            _network.Add(shape, FoldedLayer.Fold(shape, weights), added: sum is not null, read, written);
            return written;
        }

        try
        {
            TileMap input = _network.Add(new TileMap(
                precision, TileRowFindings.ScoreSize, FusionLayers.InputChannels(maps), InputGranularity, border, null));
            _input = new ProcessorFusionInput(maps, grayScale, input);
            _scores = FusionLayers.Forward(
                new Result(_ => input),
                (index, read) => new Result(sum => Run(index, read.Map, sum)),
                (up, skip) => new Result(_ => up.AddedTo(skip.Map))).Map;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Scores of one tile.</summary>
    /// <param name="batch">Its maps.</param>
    /// <param name="scores"><c>[128, 128]</c>, overwritten.</param>
    public void Score(in TileBatch batch, Span<float> scores)
    {
        _input.Fill(batch.Tiles, batch.Reconstruction, batch.Change);
        _times?.Mark(InspectionStep.FusionInput);
        _network.Run();
        int channels = _scores.PixelBytes / sizeof(float);
        for (int y = 0; y < _scores.Size; y++)
        {
            ReadOnlySpan<float> row = _scores.Row<float>(y);
            Span<float> target = scores.Slice(y * _scores.Size, _scores.Size);
            for (int x = 0; x < target.Length; x++)
            {
                target[x] = row[x * channels];
            }
        }

        _times?.Mark(InspectionStep.FusionNetwork);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _network.Dispose();
        _input?.Dispose();
    }

    /// <summary>What a layer gives, in the order in which layers can run: made when it is asked for, and once.</summary>
    /// <param name="make">Makes it in a map that holds what it is added to, or with null in one of its own.</param>
    private sealed class Result(Func<TileMap?, TileMap> make)
    {
        private TileMap? _map;

        public TileMap Map => _map ??= make(null);

        public TileMap AddedTo(TileMap sum) => _map = make(sum);
    }
}
