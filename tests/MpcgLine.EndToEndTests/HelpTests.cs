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
}
