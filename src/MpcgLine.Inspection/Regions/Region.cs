using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Inspection.Regions;

/// <summary>
/// Sums over the pixels of a connected region, kept while it grows. Moments are taken about a reference pixel of the
/// region, so that they stay exact in 64 bits on the longest panel.
/// </summary>
internal struct Region
{
    public int Area;
    public int Left;
    public int Top;
    public int Right;
    public int Bottom;
    public int LastLine;
    public int ReferenceX;
    public int ReferenceY;
    public long SumX;
    public long SumY;
    public long SumXX;
    public long SumXY;
    public long SumYY;
    public long SumResidual;
    public long SumAbsoluteResidual;
    public float MaxScore;

    public readonly double CentroidX => ReferenceX + ((double)SumX / Area);

    public readonly double CentroidY => ReferenceY + ((double)SumY / Area);

    public readonly PixelBox Box => new(Left, Top, Right - Left, Bottom - Top);

    /// <summary>A region of one run of pixels.</summary>
    public static Region FromRun(int line, int start, int end, int residual, int absoluteResidual, float score)
    {
        long n = end - start;
        return new Region
        {
            Area = (int)n,
            Left = start,
            Right = end,
            Top = line,
            Bottom = line + 1,
            LastLine = line,
            ReferenceX = start,
            ReferenceY = line,
            SumX = n * (n - 1) / 2,
            SumXX = (n - 1) * n * ((2 * n) - 1) / 6,
            SumResidual = residual,
            SumAbsoluteResidual = absoluteResidual,
            MaxScore = score,
        };
    }

    /// <summary>Adds all pixels of another region.</summary>
    public void Add(in Region other)
    {
        long dx = other.ReferenceX - ReferenceX;
        long dy = other.ReferenceY - ReferenceY;
        SumXX += other.SumXX + (2 * dx * other.SumX) + (dx * dx * other.Area);
        SumYY += other.SumYY + (2 * dy * other.SumY) + (dy * dy * other.Area);
        SumXY += other.SumXY + (dx * other.SumY) + (dy * other.SumX) + (dx * dy * other.Area);
        SumX += other.SumX + (dx * other.Area);
        SumY += other.SumY + (dy * other.Area);
        Area += other.Area;
        Left = Math.Min(Left, other.Left);
        Top = Math.Min(Top, other.Top);
        Right = Math.Max(Right, other.Right);
        Bottom = Math.Max(Bottom, other.Bottom);
        LastLine = Math.Max(LastLine, other.LastLine);
        SumResidual += other.SumResidual;
        SumAbsoluteResidual += other.SumAbsoluteResidual;
        MaxScore = Math.Max(MaxScore, other.MaxScore);
    }
}
