using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Learning.Evaluation;

/// <summary>Connected pixels of a mask.</summary>
internal static class MaskComponents
{
    /// <summary>Gray level from which a mask's pixel is defective.</summary>
    public const int DefectiveFrom = 128;

    /// <summary>Squared distances below this connect the eight neighbours.</summary>
    public const int EightConnected = 3;

    /// <summary>Squared distances below this connect what lies nearer than 3 px.</summary>
    public const int NearerThanThree = 9;

    /// <summary>Components in the order of their first pixels, each as indices into the mask.</summary>
    /// <param name="mask">Defective from <see cref="DefectiveFrom"/> on.</param>
    /// <param name="squaredDistance">Pixels whose centres are nearer than its root are connected.</param>
    public static IReadOnlyList<int[]> Find(GrayImage mask, int squaredDistance)
    {
        (int X, int Y)[] neighbours = Neighbours(squaredDistance);
        bool[] open = [.. mask.Pixels.Select(level => level >= DefectiveFrom)];
        List<int[]> components = [];
        List<int> component = [];
        for (int start = Array.IndexOf(open, true); start >= 0; start = Array.IndexOf(open, true, start))
        {
            component.Clear();
            component.Add(start);
            open[start] = false;
            for (int done = 0; done < component.Count; done++)
            {
                (int y, int x) = Math.DivRem(component[done], mask.Width);
                foreach ((int dx, int dy) in neighbours)
                {
                    int next = ((y + dy) * mask.Width) + x + dx;
                    if (x + dx >= 0 && x + dx < mask.Width && y + dy >= 0 && y + dy < mask.Height && open[next])
                    {
                        open[next] = false;
                        component.Add(next);
                    }
                }
            }

            components.Add([.. component]);
        }

        return components;
    }

    private static (int X, int Y)[] Neighbours(int squaredDistance)
    {
        int reach = (int)Math.Sqrt(squaredDistance);
        IEnumerable<int> steps = Enumerable.Range(-reach, (2 * reach) + 1);
        return [.. steps.SelectMany(y => steps.Select(x => (x, y))).Where(s => (s.x * s.x) + (s.y * s.y) < squaredDistance)];
    }
}
