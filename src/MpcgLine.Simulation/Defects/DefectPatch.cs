using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Simulation.Defects;

/// <summary>Coverage 0..1 of a defect over a small rectangle of the panel. The defect's pixels are those of at least one half.</summary>
internal sealed class DefectPatch
{
    public DefectPatch(int width, int height, float[] coverage)
    {
        Width = width;
        Height = height;
        Coverage = coverage;
        Measure();
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary><c>[Height, Width]</c>.</summary>
    public float[] Coverage { get; }

    /// <summary>Column and row of the patch's first pixel in the panel.</summary>
    public (int X, int Y) Origin { get; set; }

    public int AreaPixels { get; private set; }

    /// <summary>Bounding box of the defect's pixels relative to the patch.</summary>
    public PixelBox Inner { get; private set; }

    public double CentroidX { get; private set; }

    public double CentroidY { get; private set; }

    /// <summary>Mean coverage over the defect's pixels.</summary>
    public double MeanCoverage { get; private set; }

    /// <summary>Minor axis of the ellipse with the same second moments, px.</summary>
    public double MinorAxis { get; private set; }

    public bool IsDefect(int index) => Coverage[index] >= 0.5f;

    /// <summary>Bounding box in panel px.</summary>
    public PixelBox Box => Inner with { X = Inner.X + Origin.X, Y = Inner.Y + Origin.Y };

    private void Measure()
    {
        int left = Width, top = Height, right = -1, bottom = -1;
        double sumX = 0, sumY = 0, sumXX = 0, sumYY = 0, sumXY = 0, covered = 0;
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                if (!IsDefect((y * Width) + x))
                {
                    continue;
                }

                AreaPixels++;
                (left, right) = (Math.Min(left, x), Math.Max(right, x));
                (top, bottom) = (Math.Min(top, y), Math.Max(bottom, y));
                sumX += x;
                sumY += y;
                sumXX += x * x;
                sumYY += y * y;
                sumXY += x * y;
                covered += Coverage[(y * Width) + x];
            }
        }

        if (AreaPixels == 0)
        {
            return;
        }

        Inner = new PixelBox(left, top, right - left + 1, bottom - top + 1);
        CentroidX = sumX / AreaPixels;
        CentroidY = sumY / AreaPixels;
        MeanCoverage = covered / AreaPixels;
        // A pixel is a square, whose own second moment is 1/12.
        double xx = (sumXX / AreaPixels) - (CentroidX * CentroidX) + (1.0 / 12);
        double yy = (sumYY / AreaPixels) - (CentroidY * CentroidY) + (1.0 / 12);
        double xy = (sumXY / AreaPixels) - (CentroidX * CentroidY);
        double smaller = ((xx + yy) / 2) - Math.Sqrt((((xx - yy) / 2) * ((xx - yy) / 2)) + (xy * xy));
        MinorAxis = 4 * Math.Sqrt(Math.Max(0, smaller));
    }
}
