using System.Globalization;
using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Training;

/// <summary>What a person looks at to judge a training: the losses as curves, and samples of what the networks have learnt.</summary>
internal static class TrainingPictures
{
    private const string SamplesName = "samples.png";

    // Tile, reconstruction and suspicion side by side, for as many tiles as are seen at a glance.
    private const int MapsPerTile = 3, MostTiles = 6;

    /// <summary>Writes <c>reconstruction.png</c> and <c>fusion.png</c> (loss blue, on held-out images red, over the steps) and <c>samples.png</c> into the run folder.</summary>
    /// <exception cref="TrainingException">The disk can't be written.</exception>
    public static void Write(string runFolder, FusionTask fusion, ulong seed)
    {
        try
        {
            WriteCurves(runFolder);
            GrayImageFile.WritePng(Path.Combine(runFolder, SamplesName), Samples(fusion, seed));
        }
        catch (Exception e) when (e is ImageFileException or IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"The pictures of the training can't be written: {e.Message}", e);
        }
    }

    private static void WriteCurves(string runFolder)
    {
        string[][] rows = [.. File.ReadLines(Path.Combine(runFolder, TrainingLog.FileName)).Skip(1).Select(row => row.Split(','))];
        foreach (IGrouping<string, string[]> stage in rows.GroupBy(row => row[0]))
        {
            CurvePicture.WritePng(Path.Combine(runFolder, stage.Key + ".png"), [Curve(stage, column: 3), Curve(stage, column: 4)]);
        }
    }

    private static IReadOnlyList<(double X, double Y)> Curve(IEnumerable<string[]> rows, int column) =>
        [.. rows.Where(row => row[column].Length > 0).Select(row => (Number(row[1]), Number(row[column])))];

    private static double Number(string field) => double.Parse(field, CultureInfo.InvariantCulture);

    private static GrayImage Samples(FusionTask fusion, ulong seed)
    {
        IReadOnlyList<GrayImage> pictures = new CollectionGuard().Run(() =>
        {
            using DisposeScope scope = NewDisposeScope();
            return fusion.Samples(new Random(StepSeed.Of(seed, SamplesName, 0)), MostTiles);
        });
        return ContactSheet.Draw([.. pictures], pictures[0].Width, MapsPerTile);
    }
}
