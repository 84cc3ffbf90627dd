using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Learning.Datasets;

/// <summary>
/// Draws training tiles from good images: a place near one of the inspection's own tiles, a little gain and offset,
/// flips if asked for. Half of the tiles are any, half are drawn by the rarity of the surface: see <see cref="SurfaceCensus"/>.
/// What is drawn depends on the random generator alone, so a step can be repeated from its seed.
/// </summary>
public sealed class TileSampler
{
    private const int Size = TileRowFindings.TileSize;

    // A camera's gain and a lamp's age vary by a few per cent from day to day; more would teach other surfaces.
    private const double MaxGainChange = 0.06, MaxOffset = 5;

    // More than parts are displaced by, and a seventh of a tile's stride.
    private const int MaxShift = 64;

    private readonly IReadOnlyList<NamedImage> _images;
    private readonly bool _flips;
    private readonly double[] _cumulativeArea;
    private readonly SurfaceCensus _census;
    private readonly RarePlaces _rarePlaces;

    /// <summary>Draws from <paramref name="images"/>.</summary>
    /// <param name="images">At least one.</param>
    /// <param name="flips">Whether to mirror tiles left to right and top to bottom: for textures without a direction.</param>
    public TileSampler(IReadOnlyList<NamedImage> images, bool flips = false)
    {
        _flips = flips;
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

        _census = new SurfaceCensus(images);
        _rarePlaces = new RarePlaces(images, _census);
    }

    /// <summary>Fills a tile. Places beyond a small image's border are its reflection.</summary>
    /// <param name="random">All chance comes from here.</param>
    /// <param name="tile"><c>[512, 512]</c> gray levels, overwritten.</param>
    /// <param name="rarity"><see cref="SurfaceCensus.CellsPerTile"/> weights of the tile's surface, overwritten.</param>
    public void Draw(Random random, Span<byte> tile, Span<float> rarity)
    {
        ArgumentNullException.ThrowIfNull(random);
        (GrayImage image, int tileX, int tileY) = Pick(random);
        TileAxis across = new(image.Width), along = new(image.Height);
        int x0 = Place(random, across, tileX), y0 = Place(random, along, tileY);
        bool flipX = _flips && random.Next(2) == 1, flipY = _flips && random.Next(2) == 1;
        for (int y = 0; y < Size; y++)
        {
            ReadOnlySpan<byte> row = image.Row(along.Reflect(y0 + (flipY ? Size - 1 - y : y)));
            Span<byte> target = tile.Slice(y * Size, Size);
            for (int x = 0; x < Size; x++)
            {
                target[x] = row[across.Reflect(x0 + (flipX ? Size - 1 - x : x))];
            }
        }

        _census.WeighTile(tile, rarity);
        Span<byte> levels = stackalloc byte[256];
        FillLevels(random, levels);
        foreach (ref byte pixel in tile)
        {
            pixel = levels[pixel];
        }
    }

    private (GrayImage Image, int TileX, int TileY) Pick(Random random)
    {
        if (random.Next(2) == 0)
        {
            (int Image, int X, int Y) rare = _rarePlaces.Draw(random);
            GrayImage holder = _images[rare.Image].Image;
            return (holder, TileAxis.TileOf(rare.X), TileAxis.TileOf(rare.Y));
        }

        double place = random.NextDouble() * _cumulativeArea[^1];
        // Rounding may put the place on the very end of the last image.
        int index = Array.FindIndex(_cumulativeArea, end => end > place);
        GrayImage image = _images[index < 0 ? _images.Count - 1 : index].Image;
        return (image, random.Next(new TileAxis(image.Width).Count), random.Next(new TileAxis(image.Height).Count));
    }

    /// <summary>
    /// First column or row of the crop: that of one of the inspection's tiles, moved a little. A part comes to lie
    /// where the parts before it lay, so what the networks have to know is the background there, not anywhere.
    /// </summary>
    private static int Place(Random random, TileAxis axis, int tile) => axis.Origin(tile) + random.Next(-MaxShift, MaxShift + 1);

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
