using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace MpcgLine.Devices.Plc.Modbus;

/// <summary>
/// One connection to a Modbus TCP server, one outstanding request, owned by one thread; only <see cref="Abort"/>
/// may be called from another. A transaction that times out, or whose reply is not exactly the one expected, closes
/// the connection: on a connection kept open the late reply would be taken for the next one's, and for every one
/// after it. Exception replies keep it. After <see cref="Connect"/> nothing here allocates or throws for what a
/// peer does.
/// </summary>
internal sealed class ModbusTcpClient : IDisposable
{
    private readonly IPEndPoint _peer;
    private readonly byte _unit;
    private readonly TimeSpan _connectTimeout;
    private readonly TimeSpan _transactionTimeout;
    private readonly byte[] _adu = GC.AllocateArray<byte>(ModbusCodec.MaxAduSize, pinned: true);
    private volatile Socket? _socket;
    private volatile bool _aborted;
    private ushort _transaction;

    /// <param name="peer">The PLC.</param>
    /// <param name="unit">Unit id, checked in every reply.</param>
    /// <param name="connectTimeout">Longest time <see cref="Connect"/> takes.</param>
    /// <param name="transactionTimeout">Longest time from the first byte sent to the last one received.</param>
    public ModbusTcpClient(IPEndPoint peer, byte unit, TimeSpan connectTimeout, TimeSpan transactionTimeout)
    {
        _peer = peer;
        _unit = unit;
        _connectTimeout = connectTimeout;
        _transactionTimeout = transactionTimeout;
    }

    /// <summary>Whether a connection is open as far as this side knows.</summary>
    public bool IsConnected => _socket is not null;

    /// <summary>Opens a new connection; an open one is closed first.</summary>
    public ModbusResult Connect()
    {
        Close();
        if (_aborted)
        {
            return ModbusResult.Closed;
        }

        var socket = new Socket(_peer.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket = socket;
        if (_aborted)
        {
            // Abort may have come between the check above and the field's assignment.
            Close();
            return ModbusResult.Closed;
        }

        // A blocking connect knows no timeout of its own, and a socket once made non-blocking emulates every later
        // wait with an allocation; disposing it from a timer ends the connect as well.
        using var limit = new Timer(static s => ((Socket)s!).Dispose(), socket, _connectTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            socket.Connect(_peer);
            limit.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            SetUp(socket);
            return ModbusResult.Ok;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Close();
            return e is ObjectDisposedException && !_aborted ? ModbusResult.Timeout : ModbusResult.Closed;
        }
    }

    /// <summary>FC03: reads as many registers as <paramref name="values"/> holds.</summary>
    public ModbusResult Read(ushort address, Span<ushort> values)
    {
        int length = ModbusCodec.EncodeRead(_adu, ++_transaction, _unit, address, values.Length);
        ModbusResult result = Transact(length, out int pduLength);
        return result.IsOk
            ? CloseIfBroken(ModbusCodec.DecodeRead(Pdu(pduLength), ModbusFunction.ReadHoldingRegisters, values))
            : result;
    }

    /// <summary>FC16: writes all of <paramref name="values"/>.</summary>
    public ModbusResult Write(ushort address, ReadOnlySpan<ushort> values)
    {
        int length = ModbusCodec.EncodeWrite(_adu, ++_transaction, _unit, address, values);
        ModbusResult result = Transact(length, out int pduLength);
        return result.IsOk ? CloseIfBroken(ModbusCodec.DecodeWrite(Pdu(pduLength), address, values.Length)) : result;
    }

    /// <summary>FC23: writes <paramref name="written"/>, then reads <paramref name="read"/>, in one transaction.</summary>
    public ModbusResult ReadWrite(ushort writeAddress, ReadOnlySpan<ushort> written, ushort readAddress, Span<ushort> read)
    {
        int length = ModbusCodec.EncodeReadWrite(_adu, ++_transaction, _unit, readAddress, read.Length, writeAddress, written);
        ModbusResult result = Transact(length, out int pduLength);
        return result.IsOk
            ? CloseIfBroken(ModbusCodec.DecodeRead(Pdu(pduLength), ModbusFunction.ReadWriteMultipleRegisters, read))
            : result;
    }

    /// <summary>Closes the connection; <see cref="Connect"/> opens a new one.</summary>
    public void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }

    /// <summary>
    /// From any thread: ends a blocked call at once with Closed, and every later one too. There is no way back.
    /// </summary>
    public void Abort()
    {
        _aborted = true;
        _socket?.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private void SetUp(Socket socket)
    {
        // The deadline below is the limit that counts; these bound a single call should the deadline's wait fail.
        socket.ReceiveTimeout = Math.Max(1, (int)_transactionTimeout.TotalMilliseconds);
        socket.SendTimeout = Math.Max(1, (int)_transactionTimeout.TotalMilliseconds);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 1);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 1);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    private ReadOnlySpan<byte> Pdu(int length) => _adu.AsSpan(MbapHeader.Size, length);

    // Sends the request in _adu and leaves the reply there.
    private ModbusResult Transact(int length, out int pduLength)
    {
        pduLength = 0;
        if (_socket is not { } socket || _aborted)
        {
            return ModbusResult.Closed;
        }

        long deadline = Stopwatch.GetTimestamp() + (long)(_transactionTimeout.TotalSeconds * Stopwatch.Frequency);
        ModbusResult result = Send(socket, _adu.AsSpan(0, length));
        if (result.IsOk)
        {
            result = Receive(socket, _adu.AsSpan(0, MbapHeader.Size), deadline);
        }

        if (result.IsOk)
        {
            bool ours = MbapHeader.TryDecode(_adu, out MbapHeader header)
                && header.Transaction == _transaction
                && header.Unit == _unit;
            pduLength = header.PduLength;
            result = ours
                ? Receive(socket, _adu.AsSpan(MbapHeader.Size, pduLength), deadline)
                : ModbusResult.Protocol;
        }

        if (!result.IsOk)
        {
            Close();
        }

        return result;
    }

    private static ModbusResult Send(Socket socket, ReadOnlySpan<byte> bytes)
    {
        try
        {
            int sent = socket.Send(bytes, SocketFlags.None, out SocketError error);
            return error switch
            {
                SocketError.Success when sent == bytes.Length => ModbusResult.Ok,
                SocketError.Success or SocketError.TimedOut or SocketError.WouldBlock => ModbusResult.Timeout,
                _ => ModbusResult.Closed,
            };
        }
        catch (ObjectDisposedException)
        {
            return ModbusResult.Closed;
        }
    }

    private static ModbusResult Receive(Socket socket, Span<byte> bytes, long deadline)
    {
        try
        {
            while (bytes.Length > 0)
            {
                long left = deadline - Stopwatch.GetTimestamp();
                int microseconds = (int)Math.Clamp(left * 1_000_000 / Stopwatch.Frequency, 0, int.MaxValue);
                if (left <= 0 || !socket.Poll(microseconds, SelectMode.SelectRead))
                {
                    return ModbusResult.Timeout;
                }

                int received = socket.Receive(bytes, SocketFlags.None, out SocketError error);
                if (error is SocketError.TimedOut or SocketError.WouldBlock)
                {
                    return ModbusResult.Timeout;
                }

                if (error != SocketError.Success || received == 0)
                {
                    return ModbusResult.Closed;
                }

                bytes = bytes[received..];
            }

            return ModbusResult.Ok;
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            return ModbusResult.Closed;
        }
    }

    private ModbusResult CloseIfBroken(ModbusResult result)
    {
        if (result.Outcome == ModbusOutcome.Protocol)
        {
            Close();
        }

        return result;
    }
}
