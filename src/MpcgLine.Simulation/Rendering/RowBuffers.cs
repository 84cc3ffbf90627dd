using MpcgLine.Simulation.Layout;

namespace MpcgLine.Simulation.Rendering;

/// <summary>One row while it is painted: gray level and texture amplitudes per column. About 50 bytes per column.</summary>
internal sealed class RowBuffers
{
    /// <summary>Columns that share one decision whether a texture is present.</summary>
    public const int Block = 128;

    private readonly float[] _planes;

    public RowBuffers(int width)
    {
        Width = width;
        _planes = new float[width * 8];
    }

    public int Width { get; }

    /// <summary>Gray level of the surface.</summary>
    public Span<float> Mean => Plane(0);

    public Span<float> Fine => Plane(1);

    public Span<float> Grain => Plane(2);

    public Span<float> Brush => Plane(3);

    public Span<float> Coarse => Plane(4);

    public Span<float> Mottle => Plane(5);

    public Span<float> Speckle => Plane(6);

    /// <summary>Sum of all textures, gray levels around the mean.</summary>
    public Span<float> Texture => Plane(7);

    /// <summary>Noise values of one block, and of the row below it.</summary>
    public float[] Noise { get; } = new float[Block + 4];

    public float[] NoiseBelow { get; } = new float[Block + 4];

    /// <summary>Lattice nodes of one block.</summary>
    public float[] Nodes { get; } = new float[Block + 8];

    /// <summary>Replaces columns wholly.</summary>
    public void Fill(int first, int count, in Material material)
    {
        Mean.Slice(first, count).Fill(material.Mean);
        Fine.Slice(first, count).Fill(material.Fine);
        Grain.Slice(first, count).Fill(material.Grain);
        Brush.Slice(first, count).Fill(material.Brush);
        Coarse.Slice(first, count).Fill(material.Coarse);
        Mottle.Slice(first, count).Fill(material.Mottle);
        Speckle.Slice(first, count).Fill(material.Speckle);
    }

    /// <summary>Covers one column in part.</summary>
    public void Blend(int column, float coverage, in Material material)
    {
        Toward(ref Mean[column], material.Mean, coverage);
        Toward(ref Fine[column], material.Fine, coverage);
        Toward(ref Grain[column], material.Grain, coverage);
        Toward(ref Brush[column], material.Brush, coverage);
        Toward(ref Coarse[column], material.Coarse, coverage);
        Toward(ref Mottle[column], material.Mottle, coverage);
        Toward(ref Speckle[column], material.Speckle, coverage);
    }

    private static void Toward(ref float value, float target, float coverage) => value += (target - value) * coverage;

    private Span<float> Plane(int index) => _planes.AsSpan(index * Width, Width);
}
