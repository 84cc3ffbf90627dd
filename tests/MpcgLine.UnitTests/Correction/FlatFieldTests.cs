using CsCheck;
using MpcgLine.Inspection.Correction;

namespace MpcgLine.UnitTests.Correction;

public sealed class FlatFieldTests
{
    [Fact]
    public void Apply_HandWorked_SubtractsDarkThenMultipliesAndClamps()
    {
        FlatField flatField = new([10, 10, 0, 100, 0.5f], [2, 0.5f, 1, 3, 1]);
        byte[] corrected = new byte[5];

        flatField.Apply([50, 51, 7, 90, 3], corrected);

        // 20.5 and 2.5 round up.
        Assert.Equal<byte[]>([80, 21, 7, 0, 3], corrected);
    }

    [Fact]
    public void Apply_AnyLine_IsWithinHalfALevelOfTheRealArithmetic() => Gen
        .Select(Gen.Byte, Gen.Float[0, 254], Gen.Float[0.1f, 8], (level, dark, gain) => (level, dark, gain))
        .Array[1, 200]
        .Sample(columns =>
        {
            FlatField flatField = new(columns.Select(c => c.dark).ToArray(), columns.Select(c => c.gain).ToArray());
            byte[] corrected = new byte[columns.Length];
            flatField.Apply(columns.Select(c => c.level).ToArray(), corrected);
            for (int x = 0; x < columns.Length; x++)
            {
                double exact = Math.Clamp(((double)columns[x].level - columns[x].dark) * columns[x].gain, 0, 255);

                // Half a level of rounding, and 12 fractional bits on a gain times up to 255.
                Assert.InRange(corrected[x] - exact, -0.55, 0.55);
            }
        });

    [Fact]
    public void Apply_Identity_CopiesTheLine()
    {
        byte[] corrected = new byte[3];
        FlatField.Identity(3).Apply([1, 2, 255], corrected);

        Assert.Equal<byte[]>([1, 2, 255], corrected);
    }

    [Theory]
    [InlineData(-1, 1, "column 1: dark level -1")]
    [InlineData(float.NaN, 1, "column 1: dark level NaN")]
    [InlineData(0, 0, "column 1: gain 0")]
    [InlineData(0, 65, "column 1: gain 65")]
    public void Constructor_ValueOutOfRange_NamesTheColumn(float dark, float gain, string expected)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new FlatField([0, dark], [1, gain]));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_LengthsDiffer_SaysBoth()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new FlatField([0, 0], [1]));

        Assert.Contains("2 dark levels and 1 gains", error.Message, StringComparison.Ordinal);
    }
}
