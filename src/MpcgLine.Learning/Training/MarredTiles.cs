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
/// <remarks>
/// Tiles are drawn side by side on threads of the pool, which make no tensors: each writes memory of its own. For a GPU they are
/// drawn into the processor's memory and copied from there, the next step's while it works on this one's.
/// </remarks>
internal sealed class MarredTiles : IDisposable
{
    // Most a cell weighs, in averages of its tile: what is seen once on a calm surface would weigh as much as all the rest.
    private const float MaxRarity = 16;

    private readonly TileSampler _sampler;
    private readonly TrainingDefectRenderer[] _renderers;
    private readonly float[][] _rarities;
    private readonly TilePlace[] _places;
    private readonly Tensor _drawnClean, _drawnMarred, _drawnMasks, _drawnRarity;
    private readonly bool _isCopied;
    private int[] _seeds = [];
    private Task? _ahead;

    /// <summary>Allocates.</summary>
    /// <param name="sampler">Where tiles come from.</param>
    /// <param name="options">Widths of defects.</param>
    /// <param name="batch">Tiles N.</param>
    /// <param name="device">Where the tiles are copied to, so that the next ones can be drawn meanwhile; null: they stay where they are drawn, on the processor.</param>
    public MarredTiles(TileSampler sampler, TrainingOptions options, int batch, Device? device = null)
    {
        const int size = TileRowFindings.TileSize;
        _sampler = sampler;
        _renderers = [.. Enumerable.Range(0, batch).Select(_ => new TrainingDefectRenderer(size, options.NarrowestDefect, options.WidestDefect))];
        _rarities = [.. Enumerable.Range(0, batch).Select(_ => new float[SurfaceCensus.CellsOf(size)])];
        _places = new TilePlace[batch];
        _drawnClean = zeros([batch, 1, size, size], ScalarType.Byte).DetachFromDisposeScope();
        _drawnMarred = zeros_like(_drawnClean).DetachFromDisposeScope();
        _drawnMasks = zeros_like(_drawnClean).DetachFromDisposeScope();
        _drawnRarity = zeros([batch, 1, size / SurfaceCensus.Cell, size / SurfaceCensus.Cell]).DetachFromDisposeScope();
        _isCopied = device is not null;
        Tensor Seen(Tensor drawn) => _isCopied ? zeros_like(drawn, device: device).DetachFromDisposeScope() : drawn;
        (Clean, Marred, Masks, Rarity) = (Seen(_drawnClean), Seen(_drawnMarred), Seen(_drawnMasks), Seen(_drawnRarity));
    }

    /// <summary>Tiles N.</summary>
    public int Count => _places.Length;

    /// <summary>Good tiles, <c>[N, 1, H, W]</c> byte, gray levels, on the device, like all of these; valid until the next draw.</summary>
    public Tensor Clean { get; }

    /// <summary>The same with defects.</summary>
    public Tensor Marred { get; }

    /// <summary>Weights of the defective pixels, 0 elsewhere: see <see cref="TrainingDefectRenderer.Render"/>.</summary>
    public Tensor Masks { get; }

    /// <summary>How rare the clean surface is, <c>[N, 1, H/16, W/16]</c> float32, 1 on a tile's average.</summary>
    public Tensor Rarity { get; }

    /// <summary>Where each tile lies on its image; valid until the next draw.</summary>
    public IReadOnlyList<TilePlace> Places { get; private set; } = [];

    /// <summary>Fills all of them; each tile by a generator of its own, so that they can be drawn side by side.</summary>
    /// <param name="random">All chance comes from here.</param>
    /// <param name="next">What the next draw will be from, where tiles are copied; null: not known.</param>
    public void Draw(Random random, Random? next = null)
    {
        int[] seeds = SeedsOf(random);
        Task? ahead = _ahead;
        _ahead = null;
        // The training thread has nothing to do without them.
        ahead?.GetAwaiter().GetResult();
        // A step that is repeated needs other tiles than were drawn ahead.
        if (ahead is null || !seeds.SequenceEqual(_seeds))
        {
            DrawAll(seeds);
        }

        Places = [.. _places];
        if (!_isCopied)
        {
            return;
        }

        Clean.copy_(_drawnClean);
        Marred.copy_(_drawnMarred);
        Masks.copy_(_drawnMasks);
        Rarity.copy_(_drawnRarity);
        if (next is not null)
        {
            int[] nextSeeds = SeedsOf(next);
            _ahead = Task.Run(() => DrawAll(nextSeeds));
        }
    }

    private int[] SeedsOf(Random random) => [.. Enumerable.Range(0, Count).Select(_ => random.Next())];

    private void DrawAll(int[] seeds)
    {
        _seeds = seeds;
        try
        {
            Parallel.For(0, seeds.Length, DrawOne);
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
        Span<byte> clean = _drawnClean.bytes.Slice(tile * pixels, pixels), marred = _drawnMarred.bytes.Slice(tile * pixels, pixels);
        TilePlace place = _sampler.Draw(random, clean, rarity);
        clean.CopyTo(marred);
        _places[tile] = place;
        _renderers[tile].Render(random, marred, _drawnMasks.bytes.Slice(tile * pixels, pixels), rarity, place);
        WriteRarity(rarity, MemoryMarshal.Cast<byte, float>(_drawnRarity.bytes).Slice(tile * rarity.Length, rarity.Length));
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
        if (_ahead is { } ahead)
        {
            // It writes into what is released here; how it ends is nobody's business any more.
            Task.WaitAny(ahead);
        }

        foreach (Tensor tensor in (Tensor[])[_drawnClean, _drawnMarred, _drawnMasks, _drawnRarity, Clean, Marred, Masks, Rarity])
        {
            tensor.Dispose();
        }
    }
}
