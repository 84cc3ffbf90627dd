namespace MpcgLine.EndToEndTests;

public sealed class HelpTests
{
    [Fact]
    public async Task Help_Asked_NamesTheProgramAndExitsZero()
    {
        ProgramRun run = await Service.RunAsync(["--help"], TestContext.Current.CancellationToken);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("mpcgline", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_OfTraining_NamesADefaultOnlyWhereItApplies()
    {
        ProgramRun run = await Service.RunAsync(["train", "--help"], TestContext.Current.CancellationToken);

        string[] lines = run.Output.Split('\n');
        string Line(string option) => Assert.Single(lines, line => line.TrimStart().StartsWith(option + " ", StringComparison.Ordinal));
        Assert.Contains("[default: 3..20]", Line("--defect-width"), StringComparison.Ordinal);
        Assert.Contains("[default: 8]", Line("--inside"), StringComparison.Ordinal);
        Assert.DoesNotContain("[default", Line("--edges"), StringComparison.Ordinal);
    }
}
