namespace MpcgLine.Learning.Evaluation;

/// <summary>
/// Decides which true regions were found and which detections are right. A true region is found when the box of a
/// detection overlaps one of its pixels or lies within 3 px of one; a detection is right when it finds a true region
/// in this sense and its area is at most 4 times that region's area dilated by 3 px, so that one huge detection is a
/// false one. Recall counts true regions, precision counts detections. Pure; any thread.
/// </summary>
/// <remarks>
/// A list of defects has boxes and areas, no pixels: the box stands for the detection, its true area limits it. The rule
/// can therefore be computed again from the mask and that list alone. Detections are taken as they are: the inspection
/// has joined what lies closer than 3 px, and dropped what is smaller than 6 px.
/// </remarks>
public static class RegionMatcher
{
    /// <summary>Distance within which a detection still finds a true region, px.</summary>
    public const int Reach = 3;

    /// <summary>Most a right detection's area may be of the dilated true area.</summary>
    public const int LargestRatio = 4;

    /// <summary>Matches the regions of one image.</summary>
    public static RegionMatches Match(IReadOnlyList<TrueRegion> truth, IReadOnlyList<FoundRegion> found)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(found);
        bool[] isFound = new bool[truth.Count];
        bool[] isRight = new bool[found.Count];
        for (int t = 0; t < truth.Count; t++)
        {
            for (int f = 0; f < found.Count; f++)
            {
                if (truth[t].IsNear(found[f].Box))
                {
                    isFound[t] = true;
                    isRight[f] |= found[f].Area <= LargestRatio * truth[t].DilatedArea;
                }
            }
        }

        return new RegionMatches(isFound, isRight);
    }
}
