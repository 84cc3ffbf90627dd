using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Regions;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.UnitTests.Verdicts;

public sealed class VerdictRulesTests
{
    private static readonly Completeness Whole = new(
        100, 100, 3, 3, 3, 0.9, NotInspectedReason.None, TimeSpan.FromSeconds(1));

    private static readonly List<Defect> None = [];

    public static TheoryData<string, NotInspectedReason> Lacks => new()
    {
        { "nothing known", NotInspectedReason.Camera },
        { "line", NotInspectedReason.Camera },
        { "row not given", NotInspectedReason.Camera },
        { "row not inspected", NotInspectedReason.Inference },
        { "row inspected twice", NotInspectedReason.Inference },
        { "area", NotInspectedReason.Camera },
        { "area unknown", NotInspectedReason.Camera },
        { "late", NotInspectedReason.Deadline },
        { "queue", NotInspectedReason.Queue },
    };

    [Theory]
    [MemberData(nameof(Lacks))]
    public void Decide_SomethingLacks_IsNeverAccept(string lack, NotInspectedReason expected)
    {
        Completeness completeness = lack switch
        {
            "nothing known" => default,
            "line" => Whole with { LinesReceived = 99 },
            "row not given" => Whole with { TileRowsGiven = 2 },
            "row not inspected" => Whole with { TileRowsInspected = 2 },
            "row inspected twice" => Whole with { TileRowsInspected = 4 },
            "area" => Whole with { InspectedFraction = 0.4 },
            "area unknown" => Whole with { InspectedFraction = double.NaN },
            "late" => Whole with { Elapsed = TimeSpan.FromSeconds(2.1) },
            _ => Whole with { Reason = NotInspectedReason.Queue },
        };

        Assert.Equal((Verdict.NotInspected, expected), Rules().Decide(completeness, None, false));
    }

    [Fact]
    public void Decide_WholeAndClean_IsAccept() =>
        Assert.Equal((Verdict.Accept, NotInspectedReason.None), Rules().Decide(Whole, None, false));

    [Fact]
    public void Decide_TooManyRegions_IsReject() =>
        Assert.Equal((Verdict.Reject, NotInspectedReason.None), Rules().Decide(Whole, None, true));

    [Fact]
    public void Decide_ByDefault_AnyDefectRejects() =>
        Assert.Equal(Verdict.Reject, Rules().Decide(Whole, [Some(DefectClass.Dot, 0.001)], false).Verdict);

    [Theory]
    [InlineData(0.01, 0.01, Verdict.Accept)]
    [InlineData(0.06, 0.01, Verdict.Accept)]
    [InlineData(0.06, 0.06, Verdict.Reject)]
    [InlineData(0.6, 0.01, Verdict.Reject)]
    public void Decide_DotRule_JudgesAreaAndCount(double first, double second, Verdict expected)
    {
        VerdictOptions options = new() { AllowedCount = 1 };
        options.Dot = new ClassRule { MinimumAreaSquareMillimetres = 0.05, MaximumAreaSquareMillimetres = 0.5, AllowedCount = 1 };

        Assert.Equal(expected, Rules(options).Decide(Whole, [Some(DefectClass.Dot, first), Some(DefectClass.Dot, second)], false).Verdict);
        Assert.Equal(Verdict.Reject, Rules(options).Decide(Whole, [Some(DefectClass.Strip, 0.01)], false).Verdict);
    }

    [Fact]
    public void Decide_TotalCount_LimitsAllClassesTogether()
    {
        VerdictOptions options = new() { AllowedCount = 1 };
        options.Dot.AllowedCount = 1;
        options.Strip.AllowedCount = 1;

        Assert.Equal(Verdict.Accept, Rules(options).Decide(Whole, [Some(DefectClass.Strip, 1)], false).Verdict);
        Assert.Equal(
            Verdict.Reject,
            Rules(options).Decide(Whole, [Some(DefectClass.Strip, 1), Some(DefectClass.Dot, 1)], false).Verdict);
    }

    private static VerdictRules Rules(VerdictOptions? options = null) => new(options ?? new VerdictOptions(), 0.5);

    private static Defect Some(DefectClass kind, double area) =>
        new(new PixelBox(0, 0, 3, 3), 9, 1, 1, 0.01, 0.01, area, 3, kind, Polarity.Dark, 10, 5, 3);
}
