using System.Net;
using MpcgLine.Inspection.Rejection;

namespace MpcgLine.Devices.Plc;

/// <summary>How the PLC is reached and what times hold.</summary>
public sealed record PlcLinkOptions
{
    /// <summary>IP address of the PLC, or localhost.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>TCP port, 1..65535.</summary>
    public int Port { get; init; } = 502;

    /// <summary>Modbus unit id.</summary>
    public byte UnitId { get; init; } = 1;

    /// <summary>Address of the first register the daemon writes (D2P).</summary>
    public ushort DaemonBase { get; init; }

    /// <summary>Address of the first register the PLC writes (P2D).</summary>
    public ushort PlcBase { get; init; } = 200;

    /// <summary>Order of the registers of 32-bit values.</summary>
    public WordOrder WordOrder { get; init; }

    /// <summary>Whether one FC23 takes the place of FC16 and FC03 in the cycle.</summary>
    public bool UseReadWrite { get; init; }

    /// <summary>Time from cycle to cycle, 1 ms to 100 ms.</summary>
    public TimeSpan Cycle { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Longest time one transaction takes, 10 ms to 500 ms, the time the PLC allows a heartbeat to rest; past it the connection is closed.</summary>
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest time a connection takes to open, 10 ms to 60 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest time a written result stays unacknowledged before the link starts the handshake afresh, 50 ms to 60 s.</summary>
    public TimeSpan AcknowledgeTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether the camera is a real one; if not, TestMode is set and only a loopback address is accepted.</summary>
    public bool CameraIsReal { get; init; }

    /// <summary>File that keeps the session number from start to start; its folder exists.</summary>
    public string SessionFile { get; init; } = "plc-session";

    /// <summary>Orders that may wait for the link, 8..4096.</summary>
    public int QueueCapacity { get; init; } = 64;

    /// <summary>How panels find their parts.</summary>
    public PartBindingOptions Binding { get; init; } = new();

    /// <summary>Every problem with these values, each naming key, value and what is allowed; empty if there is none.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (!TryResolve(Host, out IPAddress? address))
        {
            problems.Add($"{nameof(Host)} is '{Host}'; it must be an IP address or localhost.");
        }
        else if (!CameraIsReal && !IPAddress.IsLoopback(address))
        {
            problems.Add(
                $"{nameof(Host)} is '{Host}' while the camera is simulated or replayed; only a loopback address is allowed then, so that no real part can pass on a simulated image.");
        }

        CheckRange(problems, nameof(Port), Port, 1, 65535);
        CheckRange(problems, nameof(QueueCapacity), QueueCapacity, RegisterMap.ResultSlots, 4096);
        CheckTime(problems, nameof(Cycle), Cycle, 1, 100);
        CheckTime(problems, nameof(TransactionTimeout), TransactionTimeout, 10, 500);
        CheckTime(problems, nameof(ConnectTimeout), ConnectTimeout, 10, 60_000);
        CheckTime(problems, nameof(AcknowledgeTimeout), AcknowledgeTimeout, 50, 60_000);
        CheckBlocks(problems);
        if (string.IsNullOrWhiteSpace(SessionFile))
        {
            problems.Add($"{nameof(SessionFile)} is empty; it must name a file.");
        }

        problems.AddRange(Binding.Problems().Select(p => $"{nameof(Binding)}.{p}"));
        return problems;
    }

    internal IPEndPoint Endpoint() => TryResolve(Host, out IPAddress? address)
        ? new IPEndPoint(address, Port)
        : throw new PlcException($"{nameof(Host)} is '{Host}'; it must be an IP address or localhost.");

    private static bool TryResolve(string host, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IPAddress? address)
    {
        if (string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            address = IPAddress.Loopback;
            return true;
        }

        return IPAddress.TryParse(host, out address);
    }

    private void CheckBlocks(List<string> problems)
    {
        CheckRange(problems, nameof(DaemonBase), DaemonBase, 0, 65536 - RegisterMap.DaemonLength);
        CheckRange(problems, nameof(PlcBase), PlcBase, 0, 65536 - RegisterMap.PlcLength);
        if (DaemonBase < PlcBase + RegisterMap.PlcLength && PlcBase < DaemonBase + RegisterMap.DaemonLength)
        {
            problems.Add(
                $"{nameof(DaemonBase)} {DaemonBase} and {nameof(PlcBase)} {PlcBase} overlap; the blocks take {RegisterMap.DaemonLength} and {RegisterMap.PlcLength} registers.");
        }
    }

    private static void CheckRange(List<string> problems, string key, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            problems.Add($"{key} is {value}; it must lie within {least}..{most}.");
        }
    }

    private static void CheckTime(List<string> problems, string key, TimeSpan value, int least, int most)
    {
        if (value < TimeSpan.FromMilliseconds(least) || value > TimeSpan.FromMilliseconds(most))
        {
            problems.Add($"{key} is {value.TotalMilliseconds} ms; it must lie within {least}..{most} ms.");
        }
    }
}
