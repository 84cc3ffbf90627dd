using MpcgLine.Inspection;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Service.Measuring;

/// <summary>Twice the panel length must cost twice the time, and no memory.</summary>
internal static class Scaling
{
    private const int WarmUpRounds = 2;
    private const double MebiByte = 1 << 20;
    private const double TimeLimit = 2.2, MemoryLimit = 8;

    /// <summary>Measures panels and panels twice as long in turns; the calling thread is the inference thread.</summary>
    public static ScalingFigures Measure(BenchSetup setup, int rounds)
    {
        BenchSetup doubled = new(setup.Model, setup.Template with { Length = 2 * setup.Template.Length });

        // One path takes panels of both lengths, as a production line does whose product changes.
        InspectionOptions inspection = setup.Inspection();
        inspection.Edges.PartLengthPixels = 0;
        using MeasuredPath path = new(setup, inspection, setup.Model.Bundle, setup.Model.Inference);
        long shortMemory = 0, longMemory = 0;
        for (int i = 0; i < WarmUpRounds; i++)
        {
            Inspect(path, setup.Panels, ref shortMemory);
        }

        List<double> onceMs = [], twiceMs = [], ratios = [];
        for (int i = 0; i < rounds; i++)
        {
            onceMs.Add(Inspect(path, setup.Panels, ref longMemory));
            twiceMs.Add(Inspect(path, doubled.Panels, ref longMemory));
            ratios.Add(twiceMs[^1] / onceMs[^1]);
        }

        return new ScalingFigures(
            setup.Template.Length,
            Spread.Of(onceMs),
            Spread.Of(twiceMs),
            [
                new Bar("time for twice the length", Spread.Of(ratios), TimeLimit),
                new Bar("growth of resident memory, MiB", Spread.Exactly((longMemory - shortMemory) / MebiByte), MemoryLimit),
            ]);
    }

    // Mean over the panels; garbage is collected in between, or it would pass for memory that is needed.
    private static double Inspect(MeasuredPath path, IReadOnlyList<GrayImage> panels, ref long mostMemory)
    {
        double sum = 0;
        foreach (GrayImage panel in panels)
        {
            PanelCost cost = path.Inspect(panel);
            sum += (cost.Inference + cost.Stitching).TotalMilliseconds;
            GC.Collect();
            mostMemory = Math.Max(mostMemory, Environment.WorkingSet);
        }

        return sum / panels.Count;
    }
}

/// <summary>What twice the length costs.</summary>
/// <param name="Length">Lines of the shorter panel.</param>
/// <param name="OnceMs">A panel of that length, ms.</param>
/// <param name="TwiceMs">A panel twice as long, ms.</param>
/// <param name="Bars">What must hold.</param>
internal sealed record ScalingFigures(int Length, Spread OnceMs, Spread TwiceMs, IReadOnlyList<Bar> Bars);
