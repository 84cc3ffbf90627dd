using System.Globalization;
using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.Learning.Bundles;

/// <summary>What the system says of the processor.</summary>
public static class Processors
{
    private const string Description = "/proc/cpuinfo";

    /// <summary>The processor as the system names it.</summary>
    public static string Model() => Values("model name").FirstOrDefault() ?? "unknown";

    /// <summary>Cores this program may use; two threads of one core count once.</summary>
    public static int PhysicalCores()
    {
        int cores = Values("physical id").Zip(Values("core id")).Distinct().Count();
        return cores > 0 ? Math.Min(cores, Environment.ProcessorCount) : Environment.ProcessorCount;
    }

    /// <summary>Identity of this machine's processor, for local profiles.</summary>
    public static ProcessorIdentity ThisMachine() => ProcessorIdentity.OfThisMachine(Model(), PhysicalCores());

    private static IEnumerable<string> Values(string key) => File.ReadLines(Description)
        .Where(line => line.StartsWith(key, true, CultureInfo.InvariantCulture))
        .Select(line => line.Split(':', 2)[1].Trim());
}
