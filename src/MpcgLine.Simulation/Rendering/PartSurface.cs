using MpcgLine.Simulation.Layout;

namespace MpcgLine.Simulation.Rendering;

/// <summary>Paints the layers of one part, as it lies in the panel, onto rows. Stateless apart from the part itself.</summary>
internal sealed class PartSurface
{
    private static readonly Material Surroundings = new(11, Mottle: 0.5f);

    private readonly Layer[] _layers;
    private readonly Bounds[] _bounds;
    private readonly float _cornerX;
    private readonly float _cornerY;
    private readonly float _cos;
    private readonly float _sin;
    private readonly float _aspect;

    public PartSurface(IReadOnlyList<Layer> layers, PartPose pose, double aspect)
    {
        _layers = [.. layers];
        _bounds = [.. layers.Select(layer => layer.Shape.Bounds.Grow(layer.Reach + 1))];
        _cornerX = (float)pose.CornerX;
        _cornerY = (float)pose.CornerY;
        (double sin, double cos) = Math.SinCos(pose.RotationRadians);
        _sin = (float)sin;
        _cos = (float)cos;
        _aspect = (float)aspect;
    }

    /// <summary>Place of a pixel on the part, in units of one column's width.</summary>
    public (float U, float V) ToPart(float column, float row)
    {
        float across = column - _cornerX;
        float along = (row - _cornerY) * _aspect;
        return ((_cos * across) + (_sin * along), (_cos * along) - (_sin * across));
    }

    /// <summary>Pixel of a place on the part.</summary>
    public (float Column, float Row) ToPanel(float u, float v) =>
        (_cornerX + (_cos * u) - (_sin * v), _cornerY + (((_sin * u) + (_cos * v)) / _aspect));

    /// <summary>Paints gray levels and texture amplitudes of columns <paramref name="first"/> to <paramref name="end"/> - 1.</summary>
    public void Paint(int row, int first, int end, RowBuffers buffers)
    {
        buffers.Fill(first, end - first, Surroundings);
        float along = (row - _cornerY) * _aspect;
        (_, float vFirst) = ToPart(first, row);
        (_, float vEnd) = ToPart(end, row);
        float vLow = MathF.Min(vFirst, vEnd);
        float vHigh = MathF.Max(vFirst, vEnd);
        for (int i = 0; i < _layers.Length; i++)
        {
            Bounds bounds = _bounds[i];
            if (vHigh < bounds.Top || vLow > bounds.Bottom)
            {
                continue;
            }

            int left = Math.Max(first, (int)((((bounds.Left - (_sin * along)) / _cos) + _cornerX) - 1));
            int right = Math.Min(end, (int)((((bounds.Right - (_sin * along)) / _cos) + _cornerX) + 2));
            PaintLayer(_layers[i], row, left, right, buffers);
        }
    }

    /// <summary>Kind of surface at a pixel: the topmost layer that covers at least half of it.</summary>
    public SurfaceKind SurfaceAt(float column, float row)
    {
        (float u, float v) = ToPart(column, row);
        for (int i = _layers.Length - 1; i >= 0; i--)
        {
            if (_layers[i].Distance(u, v) <= 0)
            {
                return _layers[i].Surface;
            }
        }

        return SurfaceKind.Surroundings;
    }

    /// <summary>
    /// Walks along the row in steps as long as the distance to the layer's edge allows, since no pixel nearer than
    /// that can change; only the pixels at the edge are evaluated one by one.
    /// </summary>
    private void PaintLayer(Layer layer, int row, int first, int end, RowBuffers buffers)
    {
        float along = (row - _cornerY) * _aspect;
        float reach = layer.Reach;
        int x = first;
        while (x < end)
        {
            float across = x - _cornerX;
            float distance = layer.Distance((_cos * across) + (_sin * along), (_cos * along) - (_sin * across));
            float free = MathF.Abs(distance) - reach;
            int step = free <= 1 ? 1 : Math.Min(end - x, (int)(free * 0.93f));
            step = Math.Max(1, step);
            if (distance < -reach)
            {
                buffers.Fill(x, step, layer.Material);
            }
            else if (distance <= reach)
            {
                float coverage = layer.Coverage(distance);
                if (coverage > 0)
                {
                    buffers.Blend(x, coverage, layer.Material);
                }
            }

            x += step;
        }
    }
}
