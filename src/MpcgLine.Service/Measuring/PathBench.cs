using System.Diagnostics;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;
using TorchSharp;

namespace MpcgLine.Service.Measuring;

/// <summary>
/// Measures the path's cost beside what it is compared with: the plain network, the processor's peak, the bundle, and Table 4 at
/// width 1 under equation 21, also over bytes where the processor multiplies them. They take turns, panel by panel, so that a noisy
/// machine is noisy for all, and each finds its own weights in the caches as it does when it runs alone.
/// </summary>
internal static class PathBench
{
    // The first rounds choose kernels, and compile what later ones run.
    private const int WarmUpRounds = 2;

    private const double WholePathLimit = 0.15, BesideLimit = 0.1, PeakLimit = 1.35, BytesLimit = 0.65;

    // On a GPU, ms per tile.
    private const double WholePathMsLimit = 0.25;

    /// <summary>Measures; the calling thread is the inference thread.</summary>
    public static PathFigures Measure(BenchSetup setup, int rounds)
    {
        ModelBundle widthOne = RandomModel.OfWidthOne();
        InferenceOptions inference = setup.Model.Inference with { Fusion = FusionKind.Paper, Precision = Precision.Auto, ActivationRanges = null };
        using MeasuredPath own = new(setup, setup.Inspection(), setup.Model.Bundle, setup.Model.Inference);
        using MeasuredPath paper = new(setup, setup.Inspection(), widthOne, inference);
        string? noInt8 = setup.Device == InferenceDevice.Cuda ? "it is the processor's" : Precisions.WhyNoInt8();
        using MeasuredPath? bytes = noInt8 is null
            ? new(
                setup,
                setup.Inspection(),
                widthOne,
                inference with { Precision = Precision.Int8, ActivationRanges = ActivationRanges.Measure(widthOne, [FirstTile(setup.Panels[0])]) })
            : null;
        using PlainNetwork reference = new(widthOne.Reconstruction, InferenceDevices.Select(setup.Device));
        using ConvolutionPeak peak = new(Precisions.Select(Precision.Auto, setup.Device), InferenceDevices.Select(setup.Device));
        List<Round> measured = new(rounds);
        for (int i = 0; i < WarmUpRounds + rounds; i++)
        {
            Round round = Run(setup, setup.Panels[i % setup.Panels.Count], own, paper, bytes, reference, peak);
            if (i >= WarmUpRounds)
            {
                measured.Add(round);
            }
        }

        return new PathFigures(
            rounds,
            Spread.Of(measured.Select(round => round.ReferenceMs)),
            Spread.Of(measured.Select(round => round.PeakGmacs)),
            StepFigures.Of(setup.Model.Bundle, FusionKind.Learned, [.. measured.Select(round => round.Own)]),
            StepFigures.Of(widthOne, FusionKind.Paper, [.. measured.Select(round => round.Paper)]),
            bytes is null ? null : StepFigures.Of(widthOne, FusionKind.Paper, [.. measured.Select(round => round.Bytes!)]),
            noInt8,
            setup.Device == InferenceDevice.Cuda
                ? [new Bar("whole path, ms per tile", Spread.Of(measured.Select(round => round.Own.MsPerTile)), WholePathMsLimit)]
                :
                [
                    new Bar("whole path / float32 reference", Spread.Of(measured.Select(round => round.Own.MsPerTile / round.ReferenceMs)), WholePathLimit),
                    new Bar("share beside the networks", Spread.Of(measured.Select(round => round.Own.BesideNetworks)), BesideLimit),
                    new Bar("width 1 under paper / peak", Spread.Of(measured.Select(round => round.ToPeak(round.Paper))), PeakLimit),
                    .. bytes is null
                        ? Array.Empty<Bar>()
                        : [new Bar("width 1 under paper in int8 / peak", Spread.Of(measured.Select(round => round.ToPeak(round.Bytes!))), BytesLimit)],
                ]);
    }

    private static Round Run(
        BenchSetup setup, GrayImage panel, MeasuredPath own, MeasuredPath paper, MeasuredPath? bytes, PlainNetwork reference, ConvolutionPeak peak)
    {
        int turns = new TileAxis(panel.Height).Count;
        TimeSpan referenceTime = Time(setup.Device, reference.Run, turns);
        PanelCost ownCost = own.Inspect(panel);
        TimeSpan peakTime = Time(setup.Device, peak.Run, turns);
        PanelCost paperCost = paper.Inspect(panel);
        PanelCost? bytesCost = bytes?.Inspect(panel);
        return new Round(
            referenceTime.TotalMilliseconds / turns,
            ConvolutionPeak.MultiplyAdds * turns / peakTime.TotalSeconds / 1e9,
            ownCost,
            paperCost,
            bytesCost);
    }

    private static byte[] FirstTile(GrayImage panel)
    {
        byte[] tile = new byte[TileGrid.Size * TileGrid.Size];
        new TileGrid(panel.Width, panel.Height).CopyTile(panel, 0, 0, tile);
        return tile;
    }

    /// <summary>Time of work, done several times, until it is done: a GPU is waited for.</summary>
    private static TimeSpan Time(InferenceDevice device, Action work, int times)
    {
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < times; i++)
        {
            work();
        }

        if (device == InferenceDevice.Cuda)
        {
            torch.cuda.synchronize();
        }

        return Stopwatch.GetElapsedTime(started);
    }

    private sealed record Round(double ReferenceMs, double PeakGmacs, PanelCost Own, PanelCost Paper, PanelCost? Bytes)
    {
        // Time per tile over the time that the network's products alone would take at the peak.
        public double ToPeak(PanelCost cost) => cost.MsPerTile / (PlainNetwork.MultiplyAdds() / 1e6 / PeakGmacs);
    }
}

/// <summary>What the inspection path costs on this machine.</summary>
/// <param name="Rounds">Repetitions, each over a whole panel.</param>
/// <param name="ReferenceMs">The plain float32 network, ms per tile.</param>
/// <param name="PeakGmacs">Peak, 10^9 products with their sums per second.</param>
/// <param name="Model">The bundle.</param>
/// <param name="WidthOne">Table 4 at width 1 under equation 21, on clean panels.</param>
/// <param name="WidthOneInt8">The same over bytes; null where <paramref name="NoInt8"/> says why not.</param>
/// <param name="NoInt8">Why int8 was not measured; null where it was.</param>
/// <param name="Bars">Ratios; on a GPU, ms per tile.</param>
internal sealed record PathFigures(
    int Rounds,
    Spread ReferenceMs,
    Spread PeakGmacs,
    StepFigures Model,
    StepFigures WidthOne,
    StepFigures? WidthOneInt8,
    string? NoInt8,
    IReadOnlyList<Bar> Bars);

/// <summary>One bundle's cost, step by step.</summary>
/// <param name="Name">The bundle.</param>
/// <param name="Width">Width of its reconstruction network.</param>
/// <param name="Fusion">Under which fusion.</param>
/// <param name="MsPerTile">Whole path, from the upload's staging to the regions.</param>
/// <param name="Steps">Its parts, ms per tile.</param>
/// <param name="BesideNetworks">Share of the whole path beside the two networks.</param>
/// <param name="StitchingMsPerStrip">Stitching, on its own thread, ms per strip.</param>
/// <param name="BytesPerStrip">Allocated by stitching per strip.</param>
/// <param name="BytesPerPanel">Allocated by inference per panel.</param>
internal sealed record StepFigures(
    string Name,
    double Width,
    FusionKind Fusion,
    Spread MsPerTile,
    IReadOnlyDictionary<InspectionStep, Spread> Steps,
    Spread BesideNetworks,
    Spread StitchingMsPerStrip,
    double BytesPerStrip,
    double BytesPerPanel)
{
    public static StepFigures Of(ModelBundle bundle, FusionKind fusion, IReadOnlyList<PanelCost> panels) => new(
        bundle.Manifest.Name,
        bundle.Manifest.Architecture.Width,
        fusion,
        Spread.Of(panels.Select(panel => panel.MsPerTile)),
        Enum.GetValues<InspectionStep>().ToDictionary(
            step => step, step => Spread.Of(panels.Select(panel => panel.Steps[step].TotalMilliseconds / panel.Tiles))),
        Spread.Of(panels.Select(panel => panel.BesideNetworks)),
        Spread.Of(panels.Select(panel => panel.Stitching.TotalMilliseconds / panel.Strips)),
        panels.Sum(panel => panel.StitchingBytes) / (double)panels.Sum(panel => panel.Strips),
        panels.Average(panel => panel.InferenceBytes));
}
