using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Learning.Datasets;

/// <summary>
/// Draws training tiles from good images: a place on them, a little gain and offset, flips if asked for. A part of the
/// tiles are any, the others are drawn by the rarity of the surface: see <see cref="SurfaceCensus"/>. What is drawn depends
/// on the random generator alone, so a step can be repeated from its seed.
/// </summary>
/// <remarks>
/// Tiles are as large as the inspection's where the images are. From smaller ones they are a quarter of that: of a
/// strip 256 lines high, half of a full tile would be the reflection of its other half, and learnt twice. Immutable; any
/// thread.
/// </remarks>
public sealed class TileSampler
{
    /// <summary>Edge of the tiles of small images, px. Deepest in the networks 4 x 4 values are left of it.</summary>
    public const int SmallSize = TileRowFindings.TileSize / 2;

    // A camera's gain and a lamp's age vary by a few per cent from day to day; more would teach other surfaces.
    private const double MaxGainChange = 0.06, MaxOffset = 5;

    // Parts with a layout: their images show by themselves how far they are displaced; this fills the gaps between them, and
    // what lies at one place can be learnt by heart. A texture has no places: there a seventh of a tile's stride.
    private const int MaxShiftOfLayout = 16, MaxShiftOfTexture = 64;

    // A sensor window is less than a two-thousandth of a part with a layout, whose rest is soon learnt; what is rare on a
    // texture is most often beside it. Half of a texture's tiles are drawn by rarity, and two thirds of a layout's.
    private const double EmphasisOfLayout = 1.5, EmphasisOfTexture = 1;
    private const double RareShareOfLayout = 2 / 3.0, RareShareOfTexture = 0.5;

    private readonly IReadOnlyList<NamedImage> _images;
    private readonly bool _flips;
    private readonly int _maxShift;
    private readonly double _rareShare;
    private readonly double[] _cumulativeArea;
    private readonly SurfaceCensus _census;
    private readonly RarePlaces _rarePlaces;

    /// <summary>Draws from <paramref name="images"/>.</summary>
    /// <param name="images">At least one.</param>
    /// <param name="flips">Whether to mirror tiles left to right and top to bottom: for textures without a direction.</param>
    /// <param name="size">Edge of the tiles, px, that of the inspection's or <see cref="SmallSize"/>; null: as the images allow.</param>
    public TileSampler(IReadOnlyList<NamedImage> images, bool flips = false, int? size = null)
    {
        _flips = flips;
        (_maxShift, _rareShare) = flips ? (MaxShiftOfTexture, RareShareOfTexture) : (MaxShiftOfLayout, RareShareOfLayout);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfZero(images.Count, nameof(images));
        _images = images;
        Size = size ?? (ShorterSide(images) < TileRowFindings.TileSize ? SmallSize : TileRowFindings.TileSize);
        _cumulativeArea = new double[images.Count];
        double sum = 0;
        for (int i = 0; i < images.Count; i++)
        {
            sum += (double)images[i].Image.Width * images[i].Image.Height;
            _cumulativeArea[i] = sum;
        }

        _census = new SurfaceCensus(images, flips ? EmphasisOfTexture : EmphasisOfLayout);
        _rarePlaces = new RarePlaces(images, _census);
    }

    /// <summary>Edge of the tiles it draws, px: that of the inspection's, or <see cref="SmallSize"/> where most images are smaller than one.</summary>
    public int Size { get; }

    /// <summary>Fills a tile. Places beyond an image's border are its reflection.</summary>
    /// <param name="random">All chance comes from here.</param>
    /// <param name="tile"><c>[Size, Size]</c> gray levels, overwritten.</param>
    /// <param name="rarity"><see cref="SurfaceCensus.CellsOf"/> weights of the tile's surface, overwritten.</param>
    /// <returns>Where it lies.</returns>
    public TilePlace Draw(Random random, Span<byte> tile, Span<float> rarity)
    {
        ArgumentNullException.ThrowIfNull(random);
        (GrayImage image, int placeX, int placeY) = Pick(random);
        TileAxis across = new(image.Width), along = new(image.Height);
        var place = new TilePlace(
            Size,
            across,
            along,
            Start(random, across, placeX),
            Start(random, along, placeY),
            _flips && random.Next(2) == 1,
            _flips && random.Next(2) == 1);
        for (int y = 0; y < Size; y++)
        {
            ReadOnlySpan<byte> row = image.Row(place.ImageRow(y));
            Span<byte> target = tile.Slice(y * Size, Size);
            for (int x = 0; x < Size; x++)
            {
                target[x] = row[place.ImageColumn(x)];
            }
        }

        _census.Weights(tile, Size).CopyTo(rarity);
        Span<byte> levels = stackalloc byte[256];
        FillLevels(random, levels);
        foreach (ref byte pixel in tile)
        {
            pixel = levels[pixel];
        }

        return place;
    }

    /// <summary>The middle one of the images' shorter sides.</summary>
    private static int ShorterSide(IReadOnlyList<NamedImage> images) =>
        images.Select(i => Math.Min(i.Image.Width, i.Image.Height)).Order().ElementAt(images.Count / 2);

    /// <summary>An image and a pixel of it that the tile is to show.</summary>
    private (GrayImage Image, int X, int Y) Pick(Random random)
    {
        if (random.NextDouble() < _rareShare)
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

    /// <summary>First column or row of the tile.</summary>
    private int Start(Random random, TileAxis axis, int place)
    {
        if (Size == TileRowFindings.TileSize)
        {
            // That of one of the inspection's tiles, moved a little: a part comes to lie where the parts before it lay,
            // so what the networks have to know is the background there, not anywhere.
            return axis.Origin(TileAxis.TileOf(place)) + random.Next(-_maxShift, _maxShift + 1);
        }

        // Anywhere around the place, with no more of the border's reflection than the inspection sees, or than it takes.
        int first = -TileGrid.Margin, last = axis.Length + TileGrid.Margin - Size;
        return Math.Clamp(place - random.Next(Size), Math.Min(first, last), Math.Max(first, last));
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
