using CsCheck;
using MpcgLine.Devices.Plc.Modbus;

namespace MpcgLine.UnitTests.Devices.Plc;

public sealed class ModbusCodecTests
{
    private static readonly Gen<ushort[]> Values = Gen.UShort.Array[1, ModbusCodec.MaxReadWriteWrite];

    // Modbus application protocol 1.1b3, section 6.12: write 0x000A and 0x0102 from register 1 on.
    [Fact]
    public void EncodeWrite_SpecificationExample_GivesItsBytes()
    {
        var adu = new byte[ModbusCodec.MaxAduSize];

        int length = ModbusCodec.EncodeWrite(adu, 0x1501, 0xFF, 1, [0x000A, 0x0102]);

        Assert.Equal("150100000" + "00BFF" + "100001000204000A0102", Convert.ToHexString(adu.AsSpan(0, length)));
    }

    // The same, section 6.3: read registers 107..109.
    [Fact]
    public void EncodeRead_SpecificationExample_GivesItsBytes()
    {
        var adu = new byte[ModbusCodec.MaxAduSize];

        int length = ModbusCodec.EncodeRead(adu, 1, 0x11, 0x6B, 3);

        Assert.Equal("000100000006" + "11" + "03006B0003", Convert.ToHexString(adu.AsSpan(0, length)));
    }

    [Fact]
    public void EncodeReadWrite_SpecificationExample_GivesItsBytes()
    {
        var adu = new byte[ModbusCodec.MaxAduSize];

        int length = ModbusCodec.EncodeReadWrite(adu, 2, 1, 3, 6, 14, [0xFF, 0xFF, 0xFF]);

        Assert.Equal("0002000000" + "1101" + "17000300" + "06000E00030600FF00FF00FF", Convert.ToHexString(adu.AsSpan(0, length)));
    }

    [Fact]
    public void EncodeWrite_ThenServerDecode_GivesTheRequestBack() =>
        Gen.Select(Values, Gen.UShort, Gen.UShort, Gen.Byte).Sample((values, address, transaction, unit) =>
        {
            var adu = new byte[ModbusCodec.MaxAduSize];
            int length = ModbusCodec.EncodeWrite(adu, transaction, unit, address, values);
            bool isHeader = MbapHeader.TryDecode(adu, out MbapHeader header);
            ReadOnlySpan<byte> pdu = adu.AsSpan(MbapHeader.Size, header.PduLength);
            ModbusExceptionCode code = ModbusRequest.Decode(pdu, out ModbusRequest request);
            var decoded = new ushort[request.WriteCount];
            ModbusCodec.ReadRegisters(pdu[request.ValuesAt..], decoded);

            Assert.True(isHeader);
            Assert.Equal(length, MbapHeader.Size + header.PduLength);
            Assert.Equal((transaction, unit), (header.Transaction, header.Unit));
            Assert.Equal(ModbusExceptionCode.None, code);
            Assert.Equal(address, request.WriteAddress);
            Assert.Equal(values, decoded);
        });

    [Fact]
    public void EncodeReadWrite_ThenServerDecode_GivesTheRequestBack() =>
        Gen.Select(Values, Gen.UShort, Gen.UShort, Gen.Int[1, ModbusCodec.MaxRead]).Sample((values, readAt, writeAt, count) =>
        {
            var adu = new byte[ModbusCodec.MaxAduSize];
            int length = ModbusCodec.EncodeReadWrite(adu, 7, 1, readAt, count, writeAt, values);
            ReadOnlySpan<byte> pdu = adu.AsSpan(MbapHeader.Size, length - MbapHeader.Size);
            ModbusExceptionCode code = ModbusRequest.Decode(pdu, out ModbusRequest request);
            var decoded = new ushort[request.WriteCount];
            ModbusCodec.ReadRegisters(pdu[request.ValuesAt..], decoded);

            Assert.Equal(ModbusExceptionCode.None, code);
            Assert.Equal((readAt, count, writeAt), (request.ReadAddress, request.ReadCount, request.WriteAddress));
            Assert.Equal(values, decoded);
        });

    [Fact]
    public void DecodeRead_ServersReply_GivesTheValuesBack() =>
        Gen.UShort.Array[1, ModbusCodec.MaxRead].Sample(values =>
        {
            var pdu = new byte[2 + (2 * values.Length)];
            pdu[0] = (byte)ModbusFunction.ReadHoldingRegisters;
            pdu[1] = (byte)(2 * values.Length);
            ModbusCodec.WriteRegisters(pdu.AsSpan(2), values);
            var decoded = new ushort[values.Length];

            ModbusResult result = ModbusCodec.DecodeRead(pdu, ModbusFunction.ReadHoldingRegisters, decoded);

            Assert.True(result.IsOk);
            Assert.Equal(values, decoded);
        });

    [Fact]
    public void DecodeRead_AnyOtherBytes_NeverOkAndLeavesTheValues() =>
        Gen.Byte.Array[0, 60].Where(pdu => !(pdu.Length == 8 && pdu[0] == 3 && pdu[1] == 6)).Sample(pdu =>
        {
            ushort[] values = [1, 2, 3];

            ModbusResult result = ModbusCodec.DecodeRead(pdu, ModbusFunction.ReadHoldingRegisters, values);

            Assert.False(result.IsOk);
            Assert.Equal([1, 2, 3], values);
        });

    [Fact]
    public void Decode_AnyRequestBytes_NeverReachesBeyondThem() =>
        Gen.Byte.Array[1, 253].Sample(pdu =>
        {
            ModbusExceptionCode code = ModbusRequest.Decode(pdu, out ModbusRequest request);

            Assert.True(code != ModbusExceptionCode.None || request.ValuesAt + (2 * request.WriteCount) <= pdu.Length);
            Assert.True(code != ModbusExceptionCode.None || request.ReadCount <= ModbusCodec.MaxRead);
        });

    [Theory]
    [InlineData("8302", 2)]
    [InlineData("8306", 6)]
    public void DecodeRead_ExceptionReply_CarriesTheCode(string pdu, int code)
    {
        ModbusResult result = ModbusCodec.DecodeRead(Convert.FromHexString(pdu), ModbusFunction.ReadHoldingRegisters, new ushort[3]);

        Assert.Equal(ModbusResult.Exception((byte)code), result);
    }

    [Theory]
    [InlineData("8300")]       // exception code 0 does not exist
    [InlineData("830201")]     // an exception reply is two bytes
    [InlineData("9002")]       // exception of another function
    [InlineData("0304000100")] // shorter than it says
    [InlineData("03020001")]   // other count than asked for
    [InlineData("0406000100020003")]
    public void DecodeRead_MalformedReply_IsProtocol(string pdu) =>
        Assert.Equal(
            ModbusResult.Protocol,
            ModbusCodec.DecodeRead(Convert.FromHexString(pdu), ModbusFunction.ReadHoldingRegisters, new ushort[3]));

    [Theory]
    [InlineData("1000100003", true)]
    [InlineData("1000110003", false)]   // other address
    [InlineData("1000100002", false)]   // other count
    [InlineData("100010000300", false)] // one byte too many
    public void DecodeWrite_Echo_HasToBeExact(string pdu, bool ok) =>
        Assert.Equal(ok ? ModbusResult.Ok : ModbusResult.Protocol, ModbusCodec.DecodeWrite(Convert.FromHexString(pdu), 0x10, 3));

    [Theory]
    [InlineData("00010000000601", true)]
    [InlineData("00010000000201", true)]  // shortest
    [InlineData("0001000000FE01", true)]  // longest
    [InlineData("00010000000101", false)] // no function code
    [InlineData("0001000000FF01", false)] // longer than any protocol unit
    [InlineData("00010001000601", false)] // not the Modbus protocol
    [InlineData("000100000006", false)]   // not a whole header
    public void TryDecode_Header_IsCheckedExactly(string bytes, bool ok) =>
        Assert.Equal(ok, MbapHeader.TryDecode(Convert.FromHexString(bytes), out _));

    [Theory]
    [InlineData("0900", 1)]             // unknown function
    [InlineData("0300000000", 3)]       // nothing to read
    [InlineData("030000007E", 3)]       // 126 registers
    [InlineData("03000000", 3)]         // cut short
    [InlineData("100000000204000A", 3)] // byte count beyond the end
    [InlineData("1000000001040001", 3)] // byte count unequal to the registers
    public void Decode_BadRequest_GivesItsException(string pdu, int code) =>
        Assert.Equal((ModbusExceptionCode)code, ModbusRequest.Decode(Convert.FromHexString(pdu), out _));

    [Fact]
    public void Encode_TooManyRegisters_Throws()
    {
        var adu = new byte[1000];

        Assert.Throws<ArgumentOutOfRangeException>(() => ModbusCodec.EncodeWrite(adu, 1, 1, 0, new ushort[124]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ModbusCodec.EncodeRead(adu, 1, 1, 0, 126));
        Assert.Throws<ArgumentOutOfRangeException>(() => ModbusCodec.EncodeReadWrite(adu, 1, 1, 0, 1, 0, new ushort[122]));
    }
}
