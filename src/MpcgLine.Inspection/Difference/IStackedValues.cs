using System.Runtime.Intrinsics;

namespace MpcgLine.Inspection.Difference;

/// <summary>The fusion's input, written in the precision of its network: <c>[cells, channels]</c>.</summary>
internal interface IStackedValues
{
    /// <summary>One value.</summary>
    void Set(int index, float value);

    /// <summary>Sixteen values, a stride apart.</summary>
    void SetSixteen(int first, int stride, Vector512<float> values);

    /// <summary>Four cells of 4 x 4 px that lie side by side, 16 values each.</summary>
    /// <param name="first">Where those of the first cell begin.</param>
    /// <param name="stride">From one cell's to the next one's.</param>
    /// <param name="rows">The cells' four rows of px, each through all four cells.</param>
    void SetCells(int first, int stride, scoped ReadOnlySpan<Vector512<float>> rows);
}
