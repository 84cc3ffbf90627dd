using MpcgLine.Inspection.Primitives;
using MpcgLine.Simulation.Defects;
using MpcgLine.Simulation.Layout;
using MpcgLine.Simulation.Noise;
using MpcgLine.Simulation.Rendering;

namespace MpcgLine.Simulation;

/// <summary>
/// One cover-glass panel, rendered by rows. Immutable and safe for use on several threads; the same options give the
/// same bytes whatever rows were asked for before. Holds tables of the size of a few rows, never the panel.
/// </summary>
public sealed class SimulatedPanel
{
    private readonly PartSurface _surface;
    private readonly TextureField _texture;
    private readonly SensorTraits _sensor;
    private readonly LightDrift _light;
    private readonly ulong _noiseSeed;
    private readonly RenderedDefect[] _defects;
    private RowBuffers? _idleBuffers;

    /// <summary>Lays the part out and places its defects: some ms, nothing is rendered yet.</summary>
    /// <exception cref="ArgumentException">The options are not usable; the message names every problem.</exception>
    /// <exception cref="InvalidOperationException">The defects do not fit the part.</exception>
    public SimulatedPanel(PanelSimulationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        Options = options;
        double aspect = options.PixelPitch.YMicrometres / options.PixelPitch.XMicrometres;
        PartPose = DrawPose(options);
        IReadOnlyList<Layer> layers = PartLayout.Build(
            options.Seed,
            options.Width - (2 * options.MarginPixels),
            (float)((options.Length - (2 * options.MarginPixels)) * aspect),
            options.PartSerial);
        _surface = new PartSurface(layers, PartPose, aspect);
        _texture = new TextureField(Hash.Derive(options.Seed, 51));
        _sensor = new SensorTraits(options.CameraSeed, options.Width);
        _light = new LightDrift(options.Seed, options.Length);
        _noiseSeed = Hash.Derive(options.Seed, 52);
        SurfaceProbe probe = new(_surface, _texture, _sensor, _light);
        _defects = options.DefectCount == 0 ? [] : [.. new DefectPlacer(options, _surface, layers, probe, PartPose).Place()];
        Defects = [.. _defects.Select(defect => defect.Truth)];
    }

    /// <summary>What was asked for.</summary>
    public PanelSimulationOptions Options { get; }

    /// <summary>Columns.</summary>
    public int Width => Options.Width;

    /// <summary>Rows.</summary>
    public int Length => Options.Length;

    /// <summary>Where the part lies.</summary>
    public PartPose PartPose { get; }

    /// <summary>Truth about every defect; empty on a clean panel.</summary>
    public IReadOnlyList<TrueDefect> Defects { get; }

    /// <summary>Kind of surface at a pixel, defects left aside.</summary>
    public SurfaceKind SurfaceAt(int x, int y) => _surface.SurfaceAt(x, y);

    /// <summary>Renders rows, <c>[rowCount, Width]</c> gray levels; rows outside the panel are an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Rows outside 0..<see cref="Length"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is not rowCount x Width long.</exception>
    public void RenderRows(int firstRow, int rowCount, Span<byte> destination)
    {
        CheckRows(firstRow, rowCount, destination);
        RowBuffers buffers = Interlocked.Exchange(ref _idleBuffers, null) ?? new RowBuffers(Width);
        for (int i = 0; i < rowCount; i++)
        {
            RenderRow(firstRow + i, buffers, destination.Slice(i * Width, Width));
        }

        _idleBuffers = buffers;
    }

    /// <summary>Renders rows of the truth, <c>[rowCount, Width]</c>: 255 on defects, else 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Rows outside 0..<see cref="Length"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is not rowCount x Width long.</exception>
    public void RenderMaskRows(int firstRow, int rowCount, Span<byte> destination)
    {
        CheckRows(firstRow, rowCount, destination);
        destination.Clear();
        foreach (RenderedDefect defect in _defects)
        {
            for (int i = 0; i < rowCount; i++)
            {
                defect.PaintMask(firstRow + i, destination.Slice(i * Width, Width));
            }
        }
    }

    /// <summary>The whole panel as one image: allocates all of it.</summary>
    public GrayImage Render()
    {
        GrayImage image = new(Width, Length);
        RenderRows(0, Length, image.Pixels);
        return image;
    }

    /// <summary>The whole truth as one image: allocates all of it.</summary>
    public GrayImage RenderMask()
    {
        GrayImage image = new(Width, Length);
        RenderMaskRows(0, Length, image.Pixels);
        return image;
    }

    /// <summary>Shift of up to a third of the margin, turn of up to 5 mrad: the part stays inside the panel.</summary>
    private static PartPose DrawPose(PanelSimulationOptions options)
    {
        SeededRandom random = new(Hash.Derive(options.Seed, 61));
        double shift = options.MarginPixels / 3.0;
        double turn = Math.Min(0.005, 0.3 * options.MarginPixels / Math.Max(options.Width, options.Length));
        return new PartPose(
            options.MarginPixels + random.Between(-shift, shift),
            options.MarginPixels + random.Between(-shift, shift),
            random.Between(-turn, turn));
    }

    private void RenderRow(int row, RowBuffers buffers, Span<byte> destination)
    {
        _surface.Paint(row, 0, Width, buffers);
        _texture.Fill(row, 0, Width, buffers);
        foreach (RenderedDefect defect in _defects)
        {
            defect.Paint(row, buffers.Mean, buffers.Texture);
        }

        Expose(row, buffers, destination);
    }

    /// <summary>Light, gain, dark level, shot and read noise, rounding to 8 bits.</summary>
    private void Expose(int row, RowBuffers buffers, Span<byte> destination)
    {
        float light = _light.At(row);
        for (int start = 0; start < destination.Length; start += RowBuffers.Block)
        {
            int count = Math.Min(RowBuffers.Block, destination.Length - start);
            Span<float> noise = buffers.Noise.AsSpan(0, count);
            Gaussian.FillRow(_noiseSeed, row, start, noise);
            SensorTraits.Expose(
                buffers.Mean.Slice(start, count),
                buffers.Texture.Slice(start, count),
                _sensor.Gain.Slice(start, count),
                _sensor.Dark.Slice(start, count),
                light,
                noise,
                destination.Slice(start, count));
        }
    }

    private void CheckRows(int firstRow, int rowCount, ReadOnlySpan<byte> destination)
    {
        if (firstRow < 0 || rowCount < 0 || (long)firstRow + rowCount > Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(firstRow), $"Rows {firstRow}..{(long)firstRow + rowCount - 1} asked for; the panel has 0..{Length - 1}.");
        }

        if (destination.Length != (long)rowCount * Width)
        {
            throw new ArgumentException(
                $"Destination holds {destination.Length} px; {rowCount} rows of {Width} need {(long)rowCount * Width}.", nameof(destination));
        }
    }
}
