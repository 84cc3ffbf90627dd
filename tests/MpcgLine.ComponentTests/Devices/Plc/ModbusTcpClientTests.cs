using System.Net;
using System.Net.Sockets;
using MpcgLine.Devices.Plc.Modbus;
using MpcgLine.Devices.Plc.Simulated;

namespace MpcgLine.ComponentTests.Devices.Plc;

public sealed class ModbusTcpClientTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private readonly SimulatedPlc _plc = new(new SimulatedPlcOptions(), TimeProvider.System);
    private readonly ModbusProxy _proxy;

    public ModbusTcpClientTests()
    {
        _plc.Start();
        _proxy = new ModbusProxy(_plc.Port);
    }

    public void Dispose()
    {
        _proxy.Dispose();
        _plc.Dispose();
    }

    [Fact]
    public void WriteThenRead_GivesTheSameRegisters()
    {
        using ModbusTcpClient client = Connected(Long);

        Assert.True(client.Write(20, [1, 0xFFFF, 0x5AA5]).IsOk);
        var values = new ushort[3];
        Assert.True(client.Read(20, values).IsOk);

        Assert.Equal([1, 0xFFFF, 0x5AA5], values);
    }

    [Fact]
    public void ReadWrite_WritesBeforeItReads()
    {
        using ModbusTcpClient client = Connected(Long);
        var values = new ushort[2];

        Assert.True(client.ReadWrite(30, [7, 8], 30, values).IsOk);

        Assert.Equal([7, 8], values);
    }

    [Fact]
    public void Read_ExceptionReply_KeepsTheConnection()
    {
        using ModbusTcpClient client = Connected(Long);

        ModbusResult beyond = client.Read(1020, new ushort[10]);
        ModbusResult after = client.Read(0, new ushort[10]);

        Assert.Equal(ModbusResult.Exception(2), beyond);
        Assert.True(after.IsOk);
        Assert.True(client.IsConnected);
    }

    [Fact]
    public void Write_OutsideTheDaemonsBlock_IsIllegalAddress()
    {
        using ModbusTcpClient client = Connected(Long);

        Assert.Equal(ModbusResult.Exception(2), client.Write(79, [1, 2]));
    }

    [Fact]
    public async Task Read_LateReply_TimesOutAndDoesNotShiftTheNext()
    {
        var release = new TaskCompletionSource();
        int transactions = 0;
        using ModbusTcpClient client = Connected(Long);
        Assert.True(client.Write(40, [111, 222]).IsOk);
        using ModbusTcpClient impatient = Connected(TimeSpan.FromMilliseconds(100));
        _proxy.Reply = async (_, reply) =>
        {
            if (Interlocked.Increment(ref transactions) == 1)
            {
                await release.Task;
            }

            return reply;
        };
        var first = new ushort[1];
        var second = new ushort[1];

        ModbusResult late = impatient.Read(40, first);
        bool closed = !impatient.IsConnected;
        release.SetResult();
        Assert.True(impatient.Connect().IsOk);
        using ModbusTcpClient patient = Connected(Long);
        ModbusResult next = patient.Read(41, second);

        Assert.Equal(ModbusResult.Timeout, late);
        Assert.True(closed);
        Assert.Equal(0, first[0]);
        Assert.True(next.IsOk);
        Assert.Equal(222, second[0]);
        await release.Task;
    }

    [Theory]
    [InlineData(0, 0x40)] // another transaction
    [InlineData(3, 0x01)] // another protocol
    [InlineData(6, 0x40)] // another unit
    [InlineData(8, 0x02)] // another byte count
    [InlineData(7, 0x01)] // another function
    public void Read_ReplyWithOneByteWrong_IsProtocolAndCloses(int at, int flipped)
    {
        using ModbusTcpClient client = Connected(Long);
        _proxy.Reply = (_, reply) =>
        {
            reply[at] ^= (byte)flipped;
            return Task.FromResult<byte[]?>(reply);
        };

        ModbusResult result = client.Read(0, new ushort[4]);

        Assert.Equal(ModbusResult.Protocol, result);
        Assert.False(client.IsConnected);
        Assert.Equal(ModbusResult.Closed, client.Read(0, new ushort[4]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(9)]
    public void Read_PeerHangsUpWithinTheReply_IsClosed(int bytes)
    {
        using ModbusTcpClient client = ConnectedTo(ServeRaw(reply => reply[..bytes]), Long);

        Assert.Equal(ModbusResult.Closed, client.Read(0, new ushort[4]));
        Assert.False(client.IsConnected);
    }

    [Fact]
    public async Task Abort_FromAnotherThread_EndsABlockedRead()
    {
        var reached = new TaskCompletionSource();
        using ModbusTcpClient client = Connected(TimeSpan.FromMinutes(5));
        _proxy.Reply = async (_, _) =>
        {
            reached.SetResult();
            await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
            return null;
        };

        Task<ModbusResult> read = Task.Run(() => client.Read(0, new ushort[4]), TestContext.Current.CancellationToken);
        await reached.Task.WaitAsync(Long, TestContext.Current.CancellationToken);
        client.Abort();

        Assert.Equal(ModbusResult.Closed, await read.WaitAsync(Long, TestContext.Current.CancellationToken));
        Assert.Equal(ModbusResult.Closed, client.Connect());
    }

    [Fact]
    public void Connect_NobodyListens_IsClosed()
    {
        int port = _proxy.Port;
        _proxy.Dispose();
        using var client = new ModbusTcpClient(new IPEndPoint(IPAddress.Loopback, port), 1, Long, Long);

        Assert.Equal(ModbusResult.Closed, client.Connect());
        Assert.False(client.IsConnected);
    }

    [Fact]
    public void Transactions_AfterWarmUp_AllocateNothing()
    {
        using ModbusTcpClient client = ConnectedTo(_plc.Port, Long);
        var values = new ushort[48];
        ushort[] written = new ushort[16];
        Exchange(200);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Exchange(1000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Exchange(int times)
        {
            for (int i = 0; i < times; i++)
            {
                if (!client.Write(0, written).IsOk || !client.Read(200, values).IsOk || !client.ReadWrite(0, written, 200, values).IsOk)
                {
                    throw new InvalidOperationException("The simulated PLC did not answer.");
                }
            }
        }
    }

    private ModbusTcpClient Connected(TimeSpan timeout) => ConnectedTo(_proxy.Port, timeout);

    private static ModbusTcpClient ConnectedTo(int port, TimeSpan timeout)
    {
        var client = new ModbusTcpClient(new IPEndPoint(IPAddress.Loopback, port), 1, Long, timeout);
        Assert.True(client.Connect().IsOk);
        return client;
    }

    // One connection, one request of any content, one reply of raw bytes, then the end.
    private static int ServeRaw(Func<byte[], byte[]> reply)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = Task.Run(async () =>
        {
            using TcpClient client = await listener.AcceptTcpClientAsync();
            var request = new byte[12];
            await client.GetStream().ReadExactlyAsync(request);
            byte[] whole = [request[0], request[1], 0, 0, 0, 11, 1, 3, 8, 0, 1, 0, 2, 0, 3, 0, 4];
            await client.GetStream().WriteAsync(reply(whole));
            listener.Dispose();
        });
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
