using System.Buffers.Binary;
using System.Text;
using CsCheck;
using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.UnitTests.Reconstruction;

public sealed class SafetensorsFileTests
{
    [Fact]
    public void Read_OwnFile_GivesBackEveryValue() =>
        Gen.Float[-1000, 1000].Array[1, 50].Sample(values =>
        {
            using var stream = new MemoryStream();
            SafetensorsFile.Write(stream, [new("x", new WeightArray([values.Length], values))], _ => true);

            Assert.Equal(values, SafetensorsFile.Read(stream.ToArray(), "file")["x"].Values);
        });

    [Fact]
    public void Read_AnyTruncation_IsRefusedWithTheFilesName()
    {
        using var stream = new MemoryStream();
        SafetensorsFile.Write(stream, [new("x", new WeightArray([2, 2], [1, 2, 3, 4])), new("y", new WeightArray([1], [5]))], _ => false);
        byte[] whole = stream.ToArray();

        for (int length = 0; length < whole.Length; length++)
        {
            var error = Assert.Throws<ModelException>(() => SafetensorsFile.Read(whole.AsSpan(0, length), "w.safetensors"));
            Assert.StartsWith("w.safetensors", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_AnyFlippedHeaderByte_NeverCrashes()
    {
        using var stream = new MemoryStream();
        SafetensorsFile.Write(stream, [new("x", new WeightArray([2, 2], [1, 2, 3, 4]))], _ => false);
        byte[] whole = stream.ToArray();
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            byte[] changed = [.. whole];
            changed[at] = value;
            try
            {
                Assert.NotNull(SafetensorsFile.Read(changed, "w"));
            }
            catch (ModelException e)
            {
                Assert.StartsWith("w", e.Message, StringComparison.Ordinal);
            }
        });
    }

    [Theory]
    [InlineData("""{"x": {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]}}""", "F64")]
    [InlineData("""{"x": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}}""", "3 values")]
    [InlineData("""{"x": {"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]}}""", "malformed")]
    [InlineData("""{"x": {"dtype": "F32", "shape": [2], "data_offsets": [8, 16]}}""", "8..16")]
    [InlineData("""{"x": 5}""", "JSON")]
    [InlineData("""[1]""", "JSON")]
    [InlineData("{", "JSON")]
    public void Read_MalformedHeader_SaysWhat(string header, string expected)
    {
        var content = new byte[8 + header.Length + 8];
        BinaryPrimitives.WriteUInt64LittleEndian(content, (ulong)header.Length);
        Encoding.ASCII.GetBytes(header, content.AsSpan(8));

        var error = Assert.Throws<ModelException>(() => SafetensorsFile.Read(content, "w"));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ValueBeyondHalfPrecision_NamesTensorAndValue()
    {
        var error = Assert.Throws<ModelException>(() =>
            SafetensorsFile.Write(Stream.Null, [new("x", new WeightArray([1], [70000]))], _ => false));

        Assert.Contains("x: value 70000", error.Message, StringComparison.Ordinal);
    }
}
