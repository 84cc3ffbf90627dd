using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Regions;
using MpcgLine.Simulation.Layout;
using MpcgLine.Simulation.Noise;
using MpcgLine.Simulation.Rendering;

namespace MpcgLine.Simulation.Defects;

/// <summary>
/// Chooses the defects of a panel. Each has a role before it has a place: on a transition zone or not, weak or
/// plain; places are drawn until one fits the role, so that the shares of the population hold.
/// </summary>
internal sealed class DefectPlacer
{
    private const double ZoneShare = 0.29;
    private const double WeakShare = 0.31;
    private const double WeakLimit = 6;
    private const double LowestContrastToNoise = 3;
    private const double HighestContrastToNoise = 20;
    private const int EdgeDistance = 40;
    private const int Separation = 24;
    private const int Attempts = 4000;

    // Contrast-to-noise times the root of the number of independent pixels: below this not even a detector
    // that knew the shape would tell the defect from the texture's own chance blobs.
    private const double LowestEvidence = 8.5;

    // Four gray levels survive rounding to 8 bits and the sensor's dark pattern.
    private const double LowestGray = 4;

    // A mark much fainter than the step it lies across is part of the edge to any observer.
    private const double LowestShareOfStep = 0.25;

    private readonly PanelSimulationOptions _options;
    private readonly PartSurface _surface;
    private readonly IReadOnlyList<Layer> _layers;
    private readonly SurfaceProbe _probe;
    private readonly PartPose _pose;
    private readonly Bounds _part;
    private readonly SeededRandom _random;
    private readonly List<RenderedDefect> _placed = [];

    public DefectPlacer(PanelSimulationOptions options, PartSurface surface, IReadOnlyList<Layer> layers, SurfaceProbe probe, PartPose pose)
    {
        _options = options;
        _surface = surface;
        _layers = layers;
        _probe = probe;
        _pose = pose;
        _part = layers[0].Shape.Bounds;
        _random = new SeededRandom(Hash.Derive(options.Seed, 41));
    }

    /// <summary>Draws and places all defects.</summary>
    /// <exception cref="InvalidOperationException">No place was found for one of them.</exception>
    public IReadOnlyList<RenderedDefect> Place()
    {
        int most = Math.Min(7, _options.MaximumDefectCount);
        int count = _options.DefectCount ?? Math.Min(most, 3 + _random.Below(5));
        for (int i = 0; i < count; i++)
        {
            bool known = _options.DefectFamily == DefectFamily.Known;
            Role role = new(known && _random.Chance(ZoneShare), _random.Chance(WeakShare), known ? null : (TrueDefectKind)((int)TrueDefectKind.Ring + _random.Below(4)));
            _placed.Add(PlaceOne(role) ?? throw new InvalidOperationException(
                $"No place found for defect {i + 1} of {count} on a panel of {_options.Width} x {_options.Length} px; ask for fewer."));
        }

        return _placed;
    }

    private RenderedDefect? PlaceOne(Role role)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            (float column, float row) = role.Kind == TrueDefectKind.EdgeChip ? PlaceOnEdge() : PlaceInside();
            bool inZone = _surface.SurfaceAt(column, row) == SurfaceKind.TransitionZone;
            if (role.Kind is null && inZone != role.OnZone)
            {
                continue;
            }

            (TrueDefectKind kind, double width, DefectPatch patch) = Draw(role);
            patch.Origin = ((int)(column - (patch.Width / 2)), (int)(row - (patch.Height / 2)));
            if (kind == TrueDefectKind.EdgeChip)
            {
                patch = CutToPart(patch);
            }

            if (patch.AreaPixels > 0 && Fits(patch, kind) && Finish(role, kind, width, patch) is { } defect)
            {
                return defect;
            }
        }

        return null;
    }

    /// <summary>Half of the places anywhere on the part, half on one layer drawn at random, so that small structures get theirs.</summary>
    private (float Column, float Row) PlaceInside()
    {
        Bounds bounds = _part.Grow(-EdgeDistance);
        if (_random.Chance(0.5))
        {
            bounds = bounds.Intersect(_layers[_random.Below(_layers.Count)].Shape.Bounds);
        }

        return _surface.ToPanel((float)_random.Between(bounds.Left, bounds.Right), (float)_random.Between(bounds.Top, bounds.Bottom));
    }

    private (float Column, float Row) PlaceOnEdge()
    {
        float alongU = (float)_random.Between(_part.Right * 0.15, _part.Right * 0.85);
        float alongV = (float)_random.Between(_part.Bottom * 0.15, _part.Bottom * 0.85);
        return _random.Below(4) switch
        {
            0 => _surface.ToPanel(alongU, 0),
            1 => _surface.ToPanel(alongU, _part.Bottom),
            2 => _surface.ToPanel(0, alongV),
            _ => _surface.ToPanel(_part.Right, alongV),
        };
    }

    private (TrueDefectKind Kind, double Width, DefectPatch Patch) Draw(Role role)
    {
        switch (role.Kind)
        {
            case TrueDefectKind.Ring:
                return (TrueDefectKind.Ring, 4.3, DefectShapes.Ring(_random));
            case TrueDefectKind.Smear:
                DefectPatch smear = DefectShapes.Smear(_random);
                return (TrueDefectKind.Smear, smear.MinorAxis, smear);
            case TrueDefectKind.EdgeChip:
                return (TrueDefectKind.EdgeChip, 0, DefectShapes.EdgeChip(_random));
            case TrueDefectKind.PinholeCluster:
                return (TrueDefectKind.PinholeCluster, 3, DefectShapes.PinholeCluster(_random));
            default:
                return DrawKnown(role);
        }
    }

    private (TrueDefectKind Kind, double Width, DefectPatch Patch) DrawKnown(Role role)
    {
        if (_random.Chance(0.5))
        {
            DefectPatch dot = DefectShapes.Dot(_random, _random.LogBetween(4.3, 15.5));
            return (TrueDefectKind.Dot, dot.MinorAxis, dot);
        }

        double width = _random.LogBetween(4.6, 12);
        double longest = role.OnZone ? 60 : Math.Min(150, _part.Right / 6);
        double length = _random.LogBetween(Math.Max(20, 3 * width), Math.Max(longest, (3 * width) + 1));
        DefectPatch strip = DefectShapes.Strip(_random, width, length);
        return (TrueDefectKind.Strip, strip.AreaPixels / length, strip);
    }

    private DefectPatch CutToPart(DefectPatch patch)
    {
        float[] coverage = new float[patch.Coverage.Length];
        for (int i = 0; i < coverage.Length; i++)
        {
            (float u, float v) = _surface.ToPart(patch.Origin.X + (i % patch.Width), patch.Origin.Y + (i / patch.Width));
            coverage[i] = _layers[0].Distance(u, v) <= 0 ? patch.Coverage[i] : 0;
        }

        return new DefectPatch(patch.Width, patch.Height, coverage) { Origin = patch.Origin };
    }

    private bool Fits(DefectPatch patch, TrueDefectKind kind)
    {
        PixelBox box = patch.Box;
        const int rim = 12;
        if (box.X < rim || box.Y < rim || box.Right > _options.Width - rim || box.Bottom > _options.Length - rim
            || _placed.Any(other => other.Truth.Box.Touches(box, Separation)))
        {
            return false;
        }

        if (kind == TrueDefectKind.EdgeChip)
        {
            return true;
        }

        return IsDeepInside(box.X, box.Y) && IsDeepInside(box.Right, box.Y) && IsDeepInside(box.X, box.Bottom) && IsDeepInside(box.Right, box.Bottom);
    }

    private bool IsDeepInside(int column, int row)
    {
        (float u, float v) = _surface.ToPart(column, row);
        return _layers[0].Shape.Distance(u, v) <= -EdgeDistance;
    }

    /// <summary>Draws contrast and polarity for the surface under the patch; null where the role cannot be met there.</summary>
    private RenderedDefect? Finish(Role role, TrueDefectKind kind, double width, DefectPatch patch)
    {
        if (role.Kind is null && width is < 4 or > 16)
        {
            return null;
        }

        SurfaceSample sample = _probe.Measure(patch);
        if (kind == TrueDefectKind.EdgeChip)
        {
            return Chip(patch, sample);
        }

        double contrastToNoise = role.Weak
            ? _random.Between(LowestContrastToNoise, WeakLimit)
            : _random.LogBetween(WeakLimit, HighestContrastToNoise);
        double gray = contrastToNoise * sample.Deviation;
        double peak = gray / patch.MeanCoverage;
        bool dark = sample.LowestGray - peak >= 5;
        bool bright = sample.HighestGray + peak <= 246;
        double evidence = contrastToNoise * Math.Sqrt(patch.AreaPixels / sample.CorrelationArea);
        bool roleMet = role.Kind is not null || (sample.Surface == SurfaceKind.TransitionZone) == role.OnZone;
        bool hidden = gray < LowestShareOfStep * (sample.HighestGray - sample.LowestGray);
        if (!roleMet || hidden || sample.TouchesPrint || (!dark && !bright) || gray < LowestGray || evidence < LowestEvidence)
        {
            return null;
        }

        Polarity polarity = dark && (!bright || _random.Chance(0.5)) ? Polarity.Dark : Polarity.Bright;
        float added = (float)(peak / sample.Light) * (polarity == Polarity.Dark ? -1 : 1);
        return new RenderedDefect(
            patch, added, (float)_random.Between(0.35, 0.9), null, Truth(kind, polarity, width, gray, contrastToNoise, patch, sample));
    }

    private RenderedDefect Chip(DefectPatch patch, SurfaceSample sample)
    {
        const float missing = 13;
        double gray = Math.Abs(sample.MeanGray - (missing * sample.Light)) * patch.MeanCoverage;
        return new RenderedDefect(patch, 0, 0.1f, missing, Truth(
            TrueDefectKind.EdgeChip, Polarity.Dark, patch.MinorAxis, gray, gray / sample.Deviation, patch, sample));
    }

    private TrueDefect Truth(
        TrueDefectKind kind, Polarity polarity, double width, double gray, double contrastToNoise, DefectPatch patch, SurfaceSample sample)
    {
        double column = patch.Origin.X + patch.CentroidX;
        double row = patch.Origin.Y + patch.CentroidY;
        (double x, double y) = _pose.ToPartMillimetres(column, row, _options.PixelPitch);
        return new TrueDefect(patch.Box, patch.AreaPixels, column, row, x, y, kind, polarity, width, gray, contrastToNoise, sample.Surface);
    }

    /// <summary>What a defect has to be; <paramref name="Kind"/> only for the unseen family.</summary>
    private readonly record struct Role(bool OnZone, bool Weak, TrueDefectKind? Kind);
}
