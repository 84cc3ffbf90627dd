using System.Runtime.Intrinsics;

namespace MpcgLine.Inspection.Difference;

/// <summary>A row of the fusion's input, written in the precision of its network: <c>[cells, channels]</c>.</summary>
internal interface IStackedValues
{
    /// <summary>One value of sixteen cells that lie side by side.</summary>
    /// <param name="cell">The first cell.</param>
    /// <param name="channel">Which of their values.</param>
    /// <param name="values">Cell by cell.</param>
    void SetSixteen(int cell, int channel, Vector512<float> values);

    /// <summary>Four cells of 4 x 4 px that lie side by side, 16 values each.</summary>
    /// <param name="cell">The first cell.</param>
    /// <param name="channel">Which of their values is the first of the sixteen.</param>
    /// <param name="rows">The cells' four rows of px, each through all four cells.</param>
    void SetCells(int cell, int channel, scoped ReadOnlySpan<Vector512<float>> rows);
}
