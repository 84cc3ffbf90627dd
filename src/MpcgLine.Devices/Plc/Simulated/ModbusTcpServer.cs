using System.Net;
using System.Net.Sockets;
using MpcgLine.Devices.Plc.Modbus;

namespace MpcgLine.Devices.Plc.Simulated;

/// <summary>
/// Modbus TCP server on loopback: one thread accepts, one thread serves each client. Requests are put together over
/// partial reads; a header that can't be one closes the connection; any unit id is answered with its own.
/// </summary>
internal sealed class ModbusTcpServer : IDisposable
{
    private const int MostClients = 16;
    private readonly RegisterBank _bank;
    private readonly bool _supportsReadWrite;
    private readonly Socket _listener;
    private readonly List<(Socket Socket, Thread Thread)> _clients = [];
    private readonly Lock _gate = new();
    private readonly Thread _acceptor;
    private bool _stopping;

    /// <summary>Listens at once.</summary>
    /// <exception cref="PlcException">The port is taken.</exception>
    public ModbusTcpServer(RegisterBank bank, int port, bool supportsReadWrite)
    {
        _bank = bank;
        _supportsReadWrite = supportsReadWrite;
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
            _listener.Listen(MostClients);
        }
        catch (SocketException e)
        {
            _listener.Dispose();
            throw new PlcException($"The simulated PLC can't listen on 127.0.0.1:{port}: {e.Message}", e);
        }

        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _acceptor = new Thread(Accept) { IsBackground = true, Name = "simulated PLC, accept" };
        _acceptor.Start();
    }

    /// <summary>Port listened on.</summary>
    public int Port { get; }

    /// <summary>Closes every client's connection; new ones are accepted.</summary>
    public void DropClients()
    {
        lock (_gate)
        {
            foreach ((Socket socket, _) in _clients)
            {
                socket.Dispose();
            }
        }
    }

    /// <summary>Stops listening, closes every connection, waits for the threads.</summary>
    public void Dispose()
    {
        List<Thread> threads;
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
            threads = [_acceptor, .. _clients.Select(c => c.Thread)];
        }

        _listener.Dispose();
        DropClients();
        threads.ForEach(t => t.Join());
    }

    private void Accept()
    {
        while (TryAccept(out Socket? client))
        {
            lock (_gate)
            {
                if (_stopping || _clients.Count >= MostClients)
                {
                    client.Dispose();
                    continue;
                }

                client.NoDelay = true;
                var thread = new Thread(() => Serve(client)) { IsBackground = true, Name = "simulated PLC, client" };
                _clients.Add((client, thread));
                thread.Start();
            }
        }
    }

    private bool TryAccept([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Socket? client)
    {
        try
        {
            client = _listener.Accept();
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            client = null;
            return false;
        }
    }

    private void Serve(Socket client)
    {
        Span<byte> request = stackalloc byte[ModbusCodec.MaxAduSize];
        Span<byte> reply = stackalloc byte[ModbusCodec.MaxAduSize];
        try
        {
            while (TryReceive(client, request[..MbapHeader.Size])
                && MbapHeader.TryDecode(request, out MbapHeader header)
                && TryReceive(client, request.Slice(MbapHeader.Size, header.PduLength)))
            {
                ReadOnlySpan<byte> pdu = request.Slice(MbapHeader.Size, header.PduLength);
                int length = _bank.Answer(pdu, reply[MbapHeader.Size..], _supportsReadWrite);
                (header with { Length = (ushort)(length + 1) }).Encode(reply);
                client.Send(reply[..(MbapHeader.Size + length)]);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client went away, or the server stops: both end the connection below.
        }
        finally
        {
            client.Dispose();
            lock (_gate)
            {
                _clients.RemoveAll(c => c.Socket == client);
            }
        }
    }

    private static bool TryReceive(Socket client, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int received = client.Receive(bytes);
            if (received == 0)
            {
                return false;
            }

            bytes = bytes[received..];
        }

        return true;
    }
}
