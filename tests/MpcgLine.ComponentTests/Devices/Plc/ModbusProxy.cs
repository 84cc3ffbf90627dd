using System.Net;
using System.Net.Sockets;

namespace MpcgLine.ComponentTests.Devices.Plc;

/// <summary>
/// Stands between a client and a server on loopback and lets a test change, hold or break single transactions.
/// </summary>
internal sealed class ModbusProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _serverPort;
    private readonly Task _accepting;

    public ModbusProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>
    /// Gets request and reply, whole, and answers with the bytes to send; null hangs up. May await what it likes.
    /// </summary>
    public Func<byte[], byte[], Task<byte[]?>> Reply { get; set; } = (_, reply) => Task.FromResult<byte[]?>(reply);

    public void Dispose()
    {
        if (_accepting.IsCompleted)
        {
            return;
        }

        _stop.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = ServeAsync(client);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient near = client;
        using var far = new TcpClient();
        near.NoDelay = far.NoDelay = true;
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _serverPort, _stop.Token);
            while (await ReadAsync(near.GetStream()) is { } request)
            {
                await far.GetStream().WriteAsync(request, _stop.Token);
                if (await ReadAsync(far.GetStream()) is not { } reply || await Reply(request, reply) is not { } sent)
                {
                    return;
                }

                await near.GetStream().WriteAsync(sent, _stop.Token);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two ends went away, which is what the tests are about.
        }
    }

    private async Task<byte[]?> ReadAsync(NetworkStream stream)
    {
        var adu = new byte[260];
        if (await stream.ReadAtLeastAsync(adu.AsMemory(0, 7), 7, throwOnEndOfStream: false, _stop.Token) < 7)
        {
            return null;
        }

        int rest = (adu[4] << 8) + adu[5] - 1;
        await stream.ReadExactlyAsync(adu.AsMemory(7, rest), _stop.Token);
        return adu[..(7 + rest)];
    }
}
