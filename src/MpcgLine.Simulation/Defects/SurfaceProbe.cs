using MpcgLine.Simulation.Rendering;

namespace MpcgLine.Simulation.Defects;

/// <summary>Measures the clean panel under a defect by rendering its surroundings.</summary>
internal sealed class SurfaceProbe(PartSurface surface, TextureField texture, SensorTraits sensor, LightDrift light)
{
    private const int Surround = 6;

    private readonly RowBuffers _buffers = new(sensor.Gain.Length);

    /// <summary>Measures under the patch at its origin; the patch and its surroundings lie inside the panel.</summary>
    public SurfaceSample Measure(DefectPatch patch)
    {
        Sums sums = new();
        int first = Math.Max(0, patch.Box.X - Surround);
        int end = Math.Min(_buffers.Width, patch.Box.Right + Surround);
        for (int row = patch.Box.Y - Surround; row < patch.Box.Bottom + Surround; row++)
        {
            surface.Paint(row, first, end, _buffers);
            texture.Fill(row, first, end, _buffers);
            for (int column = first; column < end; column++)
            {
                if (IsNear(patch, column, row))
                {
                    sums.AddNear(_buffers, column, sensor.Gain[column] * light.At(row));
                }

                if (IsOn(patch, column, row))
                {
                    sums.AddOn(_buffers.Mean[column] * sensor.Gain[column] * light.At(row));
                }
            }
        }

        (SurfaceKind kind, bool print) = SurfaceUnder(patch);
        int middle = (int)(patch.Origin.X + patch.CentroidX);
        return sums.Conclude(kind, print, sensor.Gain[middle] * light.At((int)(patch.Origin.Y + patch.CentroidY)), texture);
    }

    private (SurfaceKind Kind, bool Print) SurfaceUnder(DefectPatch patch)
    {
        const int step = 2;
        int[] votes = new int[(int)SurfaceKind.Print + 1];
        bool print = false;
        for (int row = patch.Box.Y - Surround; row < patch.Box.Bottom + Surround; row += step)
        {
            for (int column = patch.Box.X - Surround; column < patch.Box.Right + Surround; column += step)
            {
                bool on = IsOn(patch, column, row);
                if (!on && !IsNear(patch, column, row))
                {
                    continue;
                }

                SurfaceKind kind = surface.SurfaceAt(column, row);
                print |= kind == SurfaceKind.Print;
                votes[(int)kind] += on ? 1 : 0;
            }
        }

        return ((SurfaceKind)Array.IndexOf(votes, votes.Max()), print);
    }

    private static bool IsOn(DefectPatch patch, int column, int row)
    {
        int x = column - patch.Origin.X;
        int y = row - patch.Origin.Y;
        return x >= 0 && y >= 0 && x < patch.Width && y < patch.Height && patch.IsDefect((y * patch.Width) + x);
    }

    /// <summary>Within 6 px, by the eight directions and two distances: exact enough for a deviation.</summary>
    private static bool IsNear(DefectPatch patch, int column, int row)
    {
        for (int dy = -Surround; dy <= Surround; dy += 3)
        {
            for (int dx = -Surround; dx <= Surround; dx += 3)
            {
                if (IsOn(patch, column + dx, row + dy))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private sealed class Sums
    {
        private double _near, _variance, _noise, _on, _mean, _fine, _grain, _brush, _coarse;
        private float _lowest = float.MaxValue, _highest = float.MinValue;

        public void AddNear(RowBuffers buffers, int column, float light)
        {
            double texture = buffers.Texture[column] * light;
            _near++;
            _variance += texture * texture;
            _noise += SensorTraits.VarianceAt(buffers.Mean[column] * light);
            _fine += buffers.Fine[column] * buffers.Fine[column];
            _grain += buffers.Grain[column] * buffers.Grain[column];
            _brush += buffers.Brush[column] * buffers.Brush[column];
            _coarse += buffers.Coarse[column] * buffers.Coarse[column];
        }

        public void AddOn(float gray)
        {
            _on++;
            _mean += gray;
            _lowest = Math.Min(_lowest, gray);
            _highest = Math.Max(_highest, gray);
        }

        public SurfaceSample Conclude(SurfaceKind kind, bool print, float light, TextureField texture)
        {
            float area = texture.CorrelationArea(
                (float)(_noise / _near), (float)(_fine / _near), (float)(_grain / _near), (float)(_brush / _near), (float)(_coarse / _near));
            double deviation = Math.Sqrt((_variance + _noise) / _near);
            return new SurfaceSample(kind, print, _lowest, _highest, (float)(_mean / _on), deviation, light, area);
        }
    }
}
