using System.Globalization;
using MpcgLine.Devices.Plc;
using MpcgLine.Imaging;
using MpcgLine.Inspection.Rejection;
using MpcgLine.Inspection.Verdicts;
using MpcgLine.Service.Records;
using MpcgLine.Service.Workers;
using MpcgLine.Simulation;
using Spectre.Console;

namespace MpcgLine.Service.Demonstration;

/// <summary>
/// Scores each panel as it ends, writes its overlay with the truth in green, and shows its row: in a live table on a
/// terminal, as plain lines elsewhere.
/// </summary>
internal sealed class DemoBoard(PanelSequence sequence, string folder, TimeProvider time) : ILineObserver
{
    private readonly Lock _gate = new();
    private readonly List<DemoPanel> _panels = [];
    private Action? _refresh;

    /// <summary>The table; shown by <see cref="ShowAsync"/>.</summary>
    public Table Table { get; } = new Table().Border(TableBorder.Rounded)
        .AddColumns("panel", "truth", "verdict", "found / rendered", "false", "ms after last line", "PLC read");

    /// <summary>Panels so far, in order.</summary>
    public IReadOnlyList<DemoPanel> Panels
    {
        get
        {
            lock (_gate)
            {
                return [.. _panels.OrderBy(panel => panel.Number)];
            }
        }
    }

    /// <summary>Shows the table until the line has ended.</summary>
    public async Task ShowAsync(Task ended)
    {
        if (!AnsiConsole.Profile.Capabilities.Ansi || !AnsiConsole.Profile.Out.IsTerminal)
        {
            await ended;
            return;
        }

        await AnsiConsole.Live(Table).StartAsync(async live =>
        {
            _refresh = live.Refresh;
            await ended;
            _refresh = null;
        });
    }

    public void PanelEnded(string source, PanelVerdict verdict, RejectOutcome? outcome, PanelPicture? picture)
    {
        int number = (int)verdict.Burst;
        SimulatedPanel panel = sequence[number - 1];
        DemoPanel ended = new(
            number,
            PanelScore.Of(panel, verdict.Defects),
            verdict,
            VerdictRecord.ElapsedMilliseconds(verdict, outcome, time),
            outcome);
        if (picture is not null)
        {
            OverlayPicture.WritePng(
                Path.Combine(folder, $"panel-{number}.png"), picture.Image, verdict.Defects, [.. panel.Defects.Select(d => d.Box)]);
        }

        lock (_gate)
        {
            _panels.Add(ended);
        }

        Show(ended);
    }

    private void Show(DemoPanel panel)
    {
        string truth = panel.Score.Rendered == 0 ? "clean" : "defective";
        string verdict = panel.Verdict.Verdict == Verdict.NotInspected ? $"NotInspected ({panel.Verdict.Reason})" : panel.Verdict.Verdict.ToString();
        string plc = panel.Outcome is { } outcome ? VerdictWord.Meaning(outcome.ReadBackWord).ToString() : "nothing";
        string regions = $"{panel.Score.Found} / {panel.Score.Rendered}";
        string wrong = (panel.Score.Detections - panel.Score.Right).ToString(CultureInfo.InvariantCulture);
        string ms = panel.ElapsedMs.ToString("0", CultureInfo.InvariantCulture);
        bool isAsItShouldBe = panel.Verdict.Verdict == (panel.Score.Rendered == 0 ? Verdict.Accept : Verdict.Reject);
        if (_refresh is { } refresh)
        {
            Table.AddRow($"{panel.Number}", truth, isAsItShouldBe ? $"[green]{verdict}[/]" : $"[red]{verdict}[/]", regions, wrong, ms, plc);
            refresh();
        }
        else
        {
            Console.WriteLine($"panel {panel.Number,3}: {truth,-9}  {verdict,-12}  found {regions,-7}  false {wrong,-2}  {ms,5} ms after the last line  PLC read {plc}");
        }
    }
}
