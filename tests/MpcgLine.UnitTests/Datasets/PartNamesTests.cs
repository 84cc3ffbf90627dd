using MpcgLine.Learning.Datasets;

namespace MpcgLine.UnitTests.Datasets;

public sealed class PartNamesTests
{
    [Fact]
    public void Find_NoPattern_MakesEachImageAPart() =>
        Assert.Equal(["a.png", "b.png"], PartNames.PerImage.Find(["a.png", "b.png"]));

    [Theory]
    [InlineData(@"lot\d+", "lot7", "lot8")]
    [InlineData(@"lot(\d+)", "7", "8")]
    [InlineData(@"^(?<part>[a-z]+\d+)_(\d)", "2", "1")]
    public void Find_Pattern_NamesByItsFirstGroupOrItsMatch(string pattern, string first, string second) =>
        Assert.Equal([first, second], PartNames.Of(pattern).Find(["lot7_2.png", "lot8_1.png"]));

    [Fact]
    public void Find_NumbersWithAGap_JoinsRuns()
    {
        // As cameras number exposures: two tiles shot in turns, then a third; the order of names is not that of numbers.
        string[] names = ["exp1_num_743.png", "exp2_num_855.png", "exp3_num_1810.png", "exp1_num_887.png", "exp1_num_1036.png"];

        Assert.Equal(["743", "743", "1810", "743", "743"], PartNames.Of(@"num_(\d+)", 149).Find(names));
        Assert.Equal(["743", "743", "1810", "743", "1036"], PartNames.Of(@"num_(\d+)", 148).Find(names));
    }

    [Theory]
    [InlineData("(", null, false, "--part '(' is not a regular expression")]
    [InlineData(null, 5L, false, "--part-gap needs --part")]
    [InlineData("a", 0L, false, "--part-gap is 0; allowed is 1 and more.")]
    [InlineData(null, null, true, "--exposures needs --part")]
    public void Of_NotUsable_SaysWhy(string? pattern, long? gap, bool imagesAreExposures, string expected) => Assert.Contains(
        expected, Assert.Throws<DatasetException>(() => PartNames.Of(pattern, gap, imagesAreExposures)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("lot", null, "1 of 2 file names do not match it, the first is b.png")]
    [InlineData("^(x?)", null, "2 of 2 file names do not match it, the first is lot1.png")]
    [InlineData("[a-z]+", 3L, "2 of 2 file names give no whole number by it, which --part-gap needs, the first is lot1.png")]
    public void Find_NamesThatDoNotFit_AreCountedAndTheFirstNamed(string pattern, long? gap, string expected) => Assert.Contains(
        expected,
        Assert.Throws<DatasetException>(() => PartNames.Of(pattern, gap).Find(["lot1.png", "b.png"])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Find_PatternThatTriesEveryWay_EndsWithAWord() => Assert.Contains(
        "takes more than 1 s",
        Assert.Throws<DatasetException>(() => PartNames.Of("^(a+)+$").Find([new string('a', 40) + "!"])).Message,
        StringComparison.Ordinal);
}
