using MpcgLine.Devices.Plc.Modbus;

namespace MpcgLine.Devices.Plc.Simulated;

/// <summary>
/// The PLC's holding registers. Every access takes the bank's lock, so one request and one scan see the registers
/// undivided; only the daemon's block may be written from outside.
/// </summary>
internal sealed class RegisterBank
{
    private readonly ushort[] _words;
    private readonly int _writableFrom;
    private readonly int _writableTo;

    public RegisterBank(int length, int writableFrom, int writableLength)
    {
        _words = new ushort[length];
        _writableFrom = writableFrom;
        _writableTo = writableFrom + writableLength;
    }

    /// <summary>Held during a request or a scan.</summary>
    public Lock Gate { get; } = new();

    public Span<ushort> Words => _words;

    public bool MayRead(int address, int count) => address + count <= _words.Length;

    public bool MayWrite(int address, int count) => address >= _writableFrom && address + count <= _writableTo;

    /// <summary>Answers one protocol unit into <paramref name="reply"/>; returns the reply's length.</summary>
    public int Answer(ReadOnlySpan<byte> pdu, Span<byte> reply, bool supportsReadWrite)
    {
        ModbusExceptionCode code = ModbusRequest.Decode(pdu, out ModbusRequest request);
        if (code == ModbusExceptionCode.None && request.Function == ModbusFunction.ReadWriteMultipleRegisters && !supportsReadWrite)
        {
            code = ModbusExceptionCode.IllegalFunction;
        }

        if (code == ModbusExceptionCode.None
            && !(MayRead(request.ReadAddress, request.ReadCount)
                && (request.WriteCount == 0 || MayWrite(request.WriteAddress, request.WriteCount))))
        {
            code = ModbusExceptionCode.IllegalDataAddress;
        }

        reply[0] = pdu[0];
        if (code != ModbusExceptionCode.None)
        {
            reply[0] |= 0x80;
            reply[1] = (byte)code;
            return 2;
        }

        lock (Gate)
        {
            return Execute(request, pdu, reply);
        }
    }

    private int Execute(in ModbusRequest request, ReadOnlySpan<byte> pdu, Span<byte> reply)
    {
        // FC23 writes before it reads.
        ModbusCodec.ReadRegisters(
            pdu[request.ValuesAt..],
            _words.AsSpan(request.WriteAddress, request.WriteCount));
        if (request.ReadCount == 0)
        {
            // FC06 and FC16 echo address and value or count.
            pdu.Slice(1, 4).CopyTo(reply[1..]);
            return 5;
        }

        reply[1] = (byte)(2 * request.ReadCount);
        ModbusCodec.WriteRegisters(reply[2..], _words.AsSpan(request.ReadAddress, request.ReadCount));
        return 2 + (2 * request.ReadCount);
    }
}
