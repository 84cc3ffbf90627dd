using System.Globalization;

namespace MpcgLine.Service.Measuring;

/// <summary>A measured figure and the most it may be.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Limit">The most that its median may be.</param>
internal sealed record Bar(string Name, Spread Value, double Limit)
{
    /// <summary>What is not a number does not hold.</summary>
    public bool Holds => Value.Median <= Limit;

    /// <summary>Several bars and whether all of them hold, in one line.</summary>
    public static string Line(IEnumerable<Bar> bars) =>
        string.Join(", ", bars.Select(bar => bar.ToString())) + (bars.All(bar => bar.Holds) ? ": holds" : ": does not hold");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} {Value.Median:0.###} (at most {Limit:0.###})");
}
