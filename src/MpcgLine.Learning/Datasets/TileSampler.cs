using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Learning.Datasets;

/// <summary>
/// Draws training tiles from good images: a place on them, a little gain and offset, flips if asked for. Some tiles are any, the
/// others are drawn by the rarity of the surface, if asked for: see <see cref="SurfaceCensus"/>. What is drawn depends on the
/// random generator alone, so a step can be repeated from its seed.
/// </summary>
/// <remarks>
/// Tiles are the inspection's, small images' too, whose tiles are mostly reflection. Tiles of half the size show more of a strip at
/// each step, but none of their cells lies as far from a tile's border as the middle of the inspection's does, and there, never
/// trained, the fusion fired on sound fabric (the train-test resolution discrepancy: Touvron et al., NeurIPS 2019). What a step cuts
/// out of a tile is wide enough for that: see TileWindows.
/// Immutable; any thread.
/// </remarks>
public sealed class TileSampler
{
    // A camera's gain and a lamp's age vary by a few per cent from day to day; more would teach other surfaces.
    private const double MaxGainChange = 0.06, MaxOffset = 5;

    // Parts with a layout: their images show by themselves how far they are displaced; this fills the gaps between them, and
    // what lies at one place can be learnt by heart. A texture has no places: there a seventh of a tile's stride.
    private const int MaxShiftOfLayout = 16, MaxShiftOfTexture = 64;

    // A sensor window is less than a two-thousandth of a part with a layout, whose rest is soon learnt; what is rare on web
    // material is most often beside it. Half of a texture's tiles are drawn by rarity, and two thirds of a layout's.
    private const double EmphasisOfLayout = 1.5, EmphasisOfTexture = 1;
    private const double RareShareOfLayout = 2 / 3.0, RareShareOfTexture = 0.5;

    private readonly IReadOnlyList<NamedImage> _images;
    private readonly bool _flips;
    private readonly int _maxShift;
    private readonly double _rareShare;
    private readonly double[] _cumulativeArea;
    private readonly SurfaceCensus? _weights;
    private readonly RarePlaces? _rarePlaces;

    /// <summary>Draws from <paramref name="images"/>.</summary>
    /// <param name="images">At least one.</param>
    /// <param name="flips">Whether to mirror tiles left to right and top to bottom: for textures without a direction, on which every place weighs alike.</param>
    /// <param name="byRarity">Whether rare kinds of surface are drawn more often than their area asks for.</param>
    public TileSampler(IReadOnlyList<NamedImage> images, bool flips = false, bool byRarity = true)
    {
        _flips = flips;
        (_maxShift, _rareShare) = flips ? (MaxShiftOfTexture, RareShareOfTexture) : (MaxShiftOfLayout, RareShareOfLayout);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfZero(images.Count, nameof(images));
        _images = images;
        _cumulativeArea = new double[images.Count];
        double sum = 0;
        for (int i = 0; i < images.Count; i++)
        {
            sum += (double)images[i].Image.Width * images[i].Image.Height;
            _cumulativeArea[i] = sum;
        }

        SurfaceCensus? census = byRarity ? new SurfaceCensus(images, flips ? EmphasisOfTexture : EmphasisOfLayout) : null;
        _rarePlaces = census is null ? null : new RarePlaces(images, census);
        // To see a fabric's knots and selvedge often teaches that they are good; were most of the training defects on them as
        // well, and weighed more, whatever is unusual would be suspect: strips under other light were, all over.
        _weights = flips ? null : census;
    }

    /// <summary>Fills a tile. Places beyond an image's border are its reflection.</summary>
    /// <param name="random">All chance comes from here.</param>
    /// <param name="tile"><c>[TileSize, TileSize]</c> gray levels, overwritten.</param>
    /// <param name="rarity"><see cref="SurfaceCensus.CellsOf"/> weights of the tile's surface, overwritten; all 1 on textures, and where nothing is drawn by rarity.</param>
    /// <returns>Where it lies.</returns>
    public TilePlace Draw(Random random, Span<byte> tile, Span<float> rarity)
    {
        ArgumentNullException.ThrowIfNull(random);
        (GrayImage image, int placeX, int placeY) = Pick(random);
        TileAxis across = new(image.Width), along = new(image.Height);
        var place = new TilePlace(
            TileRowFindings.TileSize,
            across,
            along,
            Start(random, across, placeX),
            Start(random, along, placeY),
            _flips && random.Next(2) == 1,
            _flips && random.Next(2) == 1);
        place = place with { ShownX = place.TileColumn(placeX), ShownY = place.TileRow(placeY) };
        for (int y = 0; y < TileRowFindings.TileSize; y++)
        {
            ReadOnlySpan<byte> row = image.Row(place.ImageRow(y));
            Span<byte> target = tile.Slice(y * TileRowFindings.TileSize, TileRowFindings.TileSize);
            for (int x = 0; x < target.Length; x++)
            {
                target[x] = row[place.ImageColumn(x)];
            }
        }

        if (_weights is null)
        {
            rarity.Fill(1);
        }
        else
        {
            _weights.Weights(tile, TileRowFindings.TileSize).CopyTo(rarity);
        }

        Span<byte> levels = stackalloc byte[256];
        FillLevels(random, levels);
        foreach (ref byte pixel in tile)
        {
            pixel = levels[pixel];
        }

        return place;
    }

    /// <summary>An image and a pixel of it that the tile is to show.</summary>
    private (GrayImage Image, int X, int Y) Pick(Random random)
    {
        if (_rarePlaces is not null && random.NextDouble() < _rareShare)
        {
            (int index, int x, int y) = _rarePlaces.Draw(random);
            return (_images[index].Image, x, y);
        }

        double place = random.NextDouble() * _cumulativeArea[^1];
        // Rounding may put the place on the very end of the last image.
        int drawn = Array.FindIndex(_cumulativeArea, end => end > place);
        GrayImage image = _images[drawn < 0 ? _images.Count - 1 : drawn].Image;
        return (image, random.Next(image.Width), random.Next(image.Height));
    }

    /// <summary>
    /// First column or row of the tile: that of one of the inspection's tiles, moved a little. A part comes to lie where the
    /// parts before it lay, so what the networks have to know is the background there, not anywhere.
    /// </summary>
    private int Start(Random random, TileAxis axis, int place)
    {
        int start = axis.Origin(TileAxis.TileOf(place)) + random.Next(-_maxShift, _maxShift + 1);
        // What was cut off at the start of an image this small would come back, twice, by reflection.
        return axis.Count == 1 ? Math.Min(start, 0) : start;
    }

    private static void FillLevels(Random random, Span<byte> levels)
    {
        double gain = 1 + ((random.NextDouble() - 0.5) * 2 * MaxGainChange);
        double offset = (random.NextDouble() - 0.5) * 2 * MaxOffset;
        for (int g = 0; g < levels.Length; g++)
        {
            levels[g] = (byte)Math.Clamp(Math.Round((g * gain) + offset), 0, 255);
        }

        // A saturated surrounding stays saturated whatever the gain.
        levels[255] = 255;
        levels[0] = 0;
    }
}
