using System.Diagnostics;

namespace MpcgLine.Service.Measuring;

/// <summary>
/// What a production line allocates while nothing happens but strips, tiles and cycles of the PLC link: in the second half of
/// every panel, once all is done that belongs to the one before. A verdict's own objects, records and log lines, one for each
/// panel, are left out.
/// </summary>
/// <param name="Bytes">Allocated by the whole program.</param>
/// <param name="Seconds">How long that was.</param>
/// <param name="PlcCycles">Cycles of the PLC link meanwhile.</param>
internal sealed record SteadyAllocation(long Bytes, double Seconds, long PlcCycles)
{
    /// <summary>Sums what was allocated between neighbouring samples that lie within the same half.</summary>
    /// <param name="samples">In the order of time.</param>
    /// <param name="panels">In the order of time.</param>
    /// <param name="half">How long half a panel takes to pass.</param>
    public static SteadyAllocation Of(IReadOnlyList<Sample> samples, IReadOnlyList<SeenPanel> panels, TimeSpan half)
    {
        long bytes = 0, ticks = 0, cycles = 0, length = (long)(half.TotalSeconds * Stopwatch.Frequency);
        int panel = 0;
        for (int i = 1; i < samples.Count; i++)
        {
            (Sample from, Sample to) = (samples[i - 1], samples[i]);
            while (panel < panels.Count && panels[panel].LastLineAt < to.At)
            {
                panel++;
            }

            // Of the first panel's predecessor nothing is known.
            if (panel > 0 && panel < panels.Count && from.At >= Math.Max(panels[panel].LastLineAt - length, panels[panel - 1].NotedAt))
            {
                bytes += to.AllocatedBytes - from.AllocatedBytes;
                ticks += to.At - from.At;
                cycles += to.PlcCycles - from.PlcCycles;
            }
        }

        return new SteadyAllocation(bytes, (double)ticks / Stopwatch.Frequency, cycles);
    }
}
