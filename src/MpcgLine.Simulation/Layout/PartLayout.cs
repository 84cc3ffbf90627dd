using System.Globalization;
using MpcgLine.Simulation.Noise;

namespace MpcgLine.Simulation.Layout;

/// <summary>
/// Layers of one part from bottom to top. Places are shares of the part's size, with minimum sizes; widths of
/// transition zones are px, because the optics set them. Gray levels, texture strength and edges vary from part to part.
/// </summary>
internal sealed class PartLayout
{
    // How far shapes that end with the window reach beyond it, px: more than any edge wanders.
    private const float Beyond = 60;

    private readonly List<Layer> _layers = [];
    private readonly SeededRandom _random;
    private readonly ulong _wanderSeed;
    private readonly float _zoneScale;
    private readonly float _width;
    private readonly float _length;

    private PartLayout(ulong seed, float width, float length)
    {
        _random = new SeededRandom(Hash.Derive(seed, 11));
        _wanderSeed = Hash.Derive(seed, 12);
        _width = width;
        _length = length;
        // From 10..14 px on a part 900 px wide to 27..38 px on one 7000 px wide: zones stay below a tenth of the area.
        _zoneScale = 1 + (1.7f * Math.Clamp((width - 900) / 6100, 0, 1));
    }

    /// <summary>Builds the layers of a part of the given size in units of one column's width.</summary>
    public static IReadOnlyList<Layer> Build(ulong seed, float width, float length, int partSerial)
    {
        PartLayout layout = new(seed, width, length);
        layout.Compose(partSerial);
        return layout._layers;
    }

    /// <summary>Radius of the part's own corners, in units of one column's width.</summary>
    public static float CornerRadius(float partWidth) => MathF.Max(14, 0.03f * partWidth);

    private void Compose(int partSerial)
    {
        Material border = Vary(new Material(86, Fine: 2.6f));
        Material band = Vary(new Material(128, Mottle: 1.2f));
        Material bright = Vary(new Material(166, Mottle: 1.5f));

        RoundedRectangle part = new(new Bounds(0, 0, _width, _length), CornerRadius(_width));
        Add(part, border, SurfaceKind.SideBand, new Wander(NextWander(), 0.5f));
        RoundedRectangle bevel = new(part.Bounds.Grow(-7), MathF.Max(8, (0.03f * _width) - 7));
        Add(new Outline(bevel, 9, default, new Wander(NextWander(), 1.2f)), Vary(new Material(158, Fine: 1.5f)), SurfaceKind.SideBand);

        float outer = MathF.Max(34, 0.028f * _width);
        float inner = MathF.Max(78, 0.065f * _width);
        Shape bandShape = Wander(new RoundedRectangle(part.Bounds.Grow(-outer), MathF.Max(20, 0.04f * _width)), 4);
        RoundedRectangle window = new(part.Bounds.Grow(-inner), MathF.Max(16, 0.035f * _width));
        Shape windowEdge = Wander(window, 4);
        Add(bandShape, band, SurfaceKind.UniformBlock);
        Add(windowEdge, bright, SurfaceKind.UniformBlock);

        float footerTop = AddBlocks(window.Bounds, windowEdge, bright, inner);
        float header = AddHeader(window, windowEdge, bright, inner);
        AddZone(bandShape, border, band, 10.5f, null);
        AddZone(windowEdge, band, bright, 12.5f, null);
        AddCameraSide(inner, header);
        AddPrint(inner, footerTop, partSerial);
    }

    /// <summary>Blocks of the window below the header; returns where the lowest one begins.</summary>
    private float AddBlocks(Bounds window, Shape windowEdge, Material bright, float inner)
    {
        float top = inner;
        float height = _length - (2 * inner);
        Material brushed = Vary(new Material(142, Fine: 1.2f, Brush: 4.6f));
        Material grain = Vary(new Material(116, Fine: 2.2f, Grain: 4.2f));
        Material smooth = Vary(new Material(74, Mottle: 1.4f));
        Material rough = Vary(new Material(98, Fine: 5.2f));

        Shape brushedShape = Block(window, top + (0.42f * height), 0);
        Shape grainShape = Block(window, top + (0.60f * height), 0);
        // Begins before the grain does: edges that wander apart must not share a line.
        Shape smoothShape = Block(window, top + (0.60f * height) - 26, inner + (0.58f * (_width - (2 * inner))));
        // At least 66 px, so that one line of print fits the smallest part.
        float footerTop = top + MathF.Min(0.83f * height, height - 66);
        Shape footerShape = Block(window, footerTop, 0);
        Add(new Within(brushedShape, windowEdge), brushed, SurfaceKind.BrushedTexture);
        Add(new Within(grainShape, windowEdge), grain, SurfaceKind.RoughTexture);
        AddZone(brushedShape, bright, brushed, 11, windowEdge);
        AddZone(grainShape, brushed, grain, 12, windowEdge);
        Add(new Within(smoothShape, windowEdge), smooth, SurfaceKind.UniformBlock);
        AddZone(smoothShape, grain, smooth, 11, windowEdge);
        Add(new Within(footerShape, windowEdge), rough, SurfaceKind.RoughTexture);
        AddZone(footerShape, grain, rough, 11.5f, windowEdge);
        return footerTop;
    }

    /// <summary>Header with the upper arc; returns the arc's depth at its middle.</summary>
    private float AddHeader(RoundedRectangle window, Shape windowEdge, Material bright, float inner)
    {
        float depth = MathF.Max(inner + 132, inner + (0.13f * _length));
        float sagitta = 0.22f * (depth - inner);
        Material header = Vary(new Material(106, Fine: 3.4f, Grain: 2.2f));
        Shape beyond = new RoundedRectangle(window.Bounds.Grow(Beyond), 1);
        Shape shape = Wander(new AboveArc(window.Bounds, depth, sagitta, beyond), 4);
        Add(new Within(shape, windowEdge), header, SurfaceKind.RoughTexture);
        AddZone(shape, header, bright, 13, windowEdge);
        AboveArc second = new(window.Bounds, depth + MathF.Max(30, 0.035f * _width), sagitta * 0.9f, beyond);
        Outline line = new(second, 8, new Wander(NextWander(), 3), new Wander(NextWander(), 1.2f), windowEdge);
        Add(line, Vary(new Material(138, Fine: 1.5f)), SurfaceKind.UniformBlock);
        return depth - sagitta;
    }

    /// <summary>Lens, earpiece and two sensors, in the header.</summary>
    private void AddCameraSide(float inner, float headerDepth)
    {
        float v = inner + (0.52f * (headerDepth - inner));
        float clear = _width - (2 * inner);
        float lens = MathF.Min(MathF.Max(26, 0.045f * _width), 0.36f * (headerDepth - inner));
        float lensU = inner + (0.17f * clear);
        Material rim = Vary(new Material(172, Fine: 1.5f));
        Material glass = Vary(new Material(44, Mottle: 0.8f));
        Disc ring = new(lensU, v, lens);
        Add(ring, rim, SurfaceKind.Lens);
        Disc pupil = new(lensU, v, 0.70f * lens);
        Add(pupil, glass, SurfaceKind.Lens);
        AddZone(pupil, rim, glass, MathF.Max(5, 0.10f * lens), null);
        Add(new Disc(lensU, v, 0.34f * lens), Vary(new Material(66, Mottle: 0.8f)), SurfaceKind.Lens);

        float slotHalf = MathF.Max(24, 0.075f * clear);
        float slot = MathF.Max(6, 0.010f * _width);
        float slotU = inner + (0.5f * clear);
        Bounds slotBounds = new(slotU - slotHalf, v - slot, slotU + slotHalf, v + slot);
        Add(new RoundedRectangle(slotBounds.Grow(5), slot + 5), Vary(new Material(134, Fine: 2f)), SurfaceKind.Earpiece);
        Add(new RoundedRectangle(slotBounds, slot), Vary(new Material(34, Fine: 1.2f)), SurfaceKind.Earpiece);

        float sensor = MathF.Max(9, 0.013f * _width);
        foreach ((float place, float scale) in new[] { (0.72f, 1f), (0.84f, 1.35f) })
        {
            Add(new Disc(inner + (place * clear), v, (sensor * scale) + 5), Vary(new Material(150, Fine: 2f)), SurfaceKind.Sensor);
            Add(new Disc(inner + (place * clear), v, sensor * scale), Vary(new Material(52, Mottle: 0.8f)), SurfaceKind.Sensor);
        }
    }

    private void AddPrint(float inner, float footerTop, int partSerial)
    {
        float height = MathF.Max(20, 0.026f * _width);
        float left = inner + (0.06f * (_width - (2 * inner)));
        float bottom = _length - inner - (0.7f * height);
        float right = _width - inner - (0.04f * _width);
        Material ink = Vary(new Material(188, Fine: 1.5f));
        string serial = partSerial.ToString("000000", CultureInfo.InvariantCulture);
        string[] lines = ["MPCG-7A GLASS", $"SN {serial} LOT {(partSerial / 500) + 1:000}"];
        float v = footerTop + (1.3f * height);
        foreach (string line in lines)
        {
            int fitting = Math.Min(line.Length, (int)((right - left) / (height * Text.Pitch)));
            if (fitting > 0 && v + height < bottom)
            {
                Add(new Text(line[..fitting], left, v, height, MathF.Max(1.5f, 0.062f * height)), ink, SurfaceKind.Print);
            }

            v += 1.75f * height;
        }
    }

    /// <summary>Block that ends with the window, its edges wandering; beyond the window's other sides, so that only the named edges show.</summary>
    private Wandering Block(Bounds window, float top, float left)
    {
        Bounds beyond = window.Grow(Beyond);
        return Wander(
            new RoundedRectangle(
                beyond with { Left = left > 0 ? left : beyond.Left, Top = top },
                left > 0 ? MathF.Max(20, 0.03f * _width) : MathF.Max(12, 0.035f * _width)),
            5);
    }

    private Wandering Wander(Shape shape, float amplitude) => new(shape, new Wander(NextWander(), amplitude));

    private void AddZone(Shape shape, Material one, Material other, float width, Shape? within)
    {
        float zoneWidth = Math.Clamp(width * _zoneScale * (float)_random.Between(0.88, 1.03), 5, 38);
        // It follows the shape's edge, and never so far off that what lies below shows between them.
        Wander place = new(NextWander(), zoneWidth < 9 ? 0.8f : 0.25f * zoneWidth);
        Wander breadth = new(NextWander(), 0.16f * zoneWidth);
        float strength = (float)_random.Between(0.75, 1.3);
        Material zone = new(
            ((one.Mean + other.Mean) / 2) + (float)_random.Between(-9, 9),
            Fine: 1.8f * strength, Coarse: 4.2f * strength, Mottle: 2.5f, Speckle: 1);
        _layers.Add(new Layer(
            new Outline(shape, zoneWidth, place, breadth, within), zone, SurfaceKind.TransitionZone, MathF.Max(Layer.Optics, 0.14f * zoneWidth)));
    }

    private void Add(Shape shape, Material material, SurfaceKind surface, Wander wander = default) =>
        _layers.Add(new Layer(shape, material, surface, Layer.Optics, wander));

    private Material Vary(Material material)
    {
        float strength = (float)_random.Between(0.88, 1.12);
        return material with
        {
            Mean = material.Mean + (float)_random.Between(-4, 4),
            Fine = material.Fine * strength,
            Grain = material.Grain * strength,
            Brush = material.Brush * strength,
        };
    }

    private ulong NextWander() => Hash.Derive(_wanderSeed, (ulong)_layers.Count + _random.Bits());
}
