using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Training.Defects;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Training;

/// <summary>One step's tiles, before and after training defects were rendered onto them. Reused; training thread.</summary>
/// <remarks>Tiles are drawn side by side on threads of the pool, which make no tensors: each writes memory of its own.</remarks>
internal sealed class MarredTiles : IDisposable
{
    // Most a cell weighs, in averages of its tile: what is seen once on a calm surface would weigh as much as all the rest.
    private const float MaxRarity = 16;

    private readonly TileSampler _sampler;
    private readonly TrainingDefectRenderer[] _renderers;
    private readonly float[][] _rarities;
    private readonly int[] _seeds;
    private readonly PixelBox[] _direct;

    /// <summary>Allocates for <see cref="TrainingOptions.Batch"/> tiles.</summary>
    public MarredTiles(TileSampler sampler, TrainingOptions options)
    {
        const int size = TileRowFindings.TileSize;
        int batch = options.Batch;
        _sampler = sampler;
        _renderers = [.. Enumerable.Range(0, batch).Select(_ => new TrainingDefectRenderer(size, options.NarrowestDefect, options.WidestDefect))];
        _rarities = [.. Enumerable.Range(0, batch).Select(_ => new float[SurfaceCensus.CellsOf(size)])];
        _seeds = new int[batch];
        _direct = new PixelBox[batch];
        Clean = zeros([batch, 1, size, size], ScalarType.Byte).DetachFromDisposeScope();
        Marred = zeros_like(Clean).DetachFromDisposeScope();
        Masks = zeros_like(Clean).DetachFromDisposeScope();
        Rarity = zeros([batch, 1, size / SurfaceCensus.Cell, size / SurfaceCensus.Cell]).DetachFromDisposeScope();
    }

    /// <summary>Tiles N.</summary>
    public int Count => _seeds.Length;

    /// <summary>Good tiles, <c>[N, 1, H, W]</c> byte, gray levels; valid until the next draw.</summary>
    public Tensor Clean { get; }

    /// <summary>The same with defects.</summary>
    public Tensor Marred { get; }

    /// <summary>Weights of the defective pixels, 0 elsewhere: see <see cref="TrainingDefectRenderer.Render"/>.</summary>
    public Tensor Masks { get; }

    /// <summary>How rare the clean surface is, <c>[N, 1, H/16, W/16]</c> float32, 1 on a tile's average.</summary>
    public Tensor Rarity { get; }

    /// <summary>Of each tile, what is no reflection of another part of it, px of the tile; valid until the next draw.</summary>
    public IReadOnlyList<PixelBox> Direct => _direct;

    /// <summary>Fills all of them; each tile by a generator of its own, so that they can be drawn side by side.</summary>
    public void Draw(Random random)
    {
        foreach (ref int seed in _seeds.AsSpan())
        {
            seed = random.Next();
        }

        try
        {
            Parallel.For(0, _seeds.Length, DrawOne);
        }
        catch (AggregateException e)
        {
            // As if drawn one by one: a step that failed in native code is repeated.
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private void DrawOne(int tile)
    {
        var random = new Random(_seeds[tile]);
        const int pixels = TileRowFindings.TileSize * TileRowFindings.TileSize;
        float[] rarity = _rarities[tile];
        Span<byte> clean = Clean.bytes.Slice(tile * pixels, pixels), marred = Marred.bytes.Slice(tile * pixels, pixels);
        TilePlace place = _sampler.Draw(random, clean, rarity);
        clean.CopyTo(marred);
        _direct[tile] = place.Direct();
        _renderers[tile].Render(random, marred, Masks.bytes.Slice(tile * pixels, pixels), rarity, place);
        WriteRarity(rarity, MemoryMarshal.Cast<byte, float>(Rarity.bytes).Slice(tile * rarity.Length, rarity.Length));
    }

    private static void WriteRarity(ReadOnlySpan<float> from, Span<float> to)
    {
        float total = 0, sum = 0;
        foreach (float weight in from)
        {
            total += weight;
        }

        float most = MaxRarity * total / from.Length;
        for (int cell = 0; cell < from.Length; cell++)
        {
            to[cell] = Math.Min(most, from[cell]);
            sum += to[cell];
        }

        foreach (ref float weight in to)
        {
            weight *= from.Length / sum;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Clean.Dispose();
        Marred.Dispose();
        Masks.Dispose();
        Rarity.Dispose();
    }
}
