using MpcgLine.Imaging;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Verdicts;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.Learning.Evaluation;

/// <summary>
/// The first pass: every image goes through the pipeline once, with nothing suspected, and is ranked; what the networks
/// said of its tiles is written to a file for the second pass. Inference thread.
/// </summary>
internal sealed class ImageScoring
{
    private readonly RecordingInspector _recorder;
    private readonly ImageInspector _images;
    private readonly EdgeOptions _edges;
    private readonly Stream _recordings;

    public ImageScoring(ITileInspector inspector, EdgeOptions edges, Stream recordings)
    {
        _recorder = new RecordingInspector(inspector);
        _images = new ImageInspector(_recorder, edges);
        _edges = edges;
        _recordings = recordings;
    }

    /// <summary>The images' scores.</summary>
    public RankedScores ImageScores { get; } = new();

    /// <summary>The pixels' scores.</summary>
    public RankedScores PixelScores { get; } = new();

    /// <summary>Inspects an image; null, with a sentence added, when it can't be.</summary>
    /// <exception cref="DatasetException">The networks gave something that is no number.</exception>
    public ScoredImage? Score(TestImage test, List<string> problems)
    {
        try
        {
            (GrayImage image, GrayImage? mask) = test.Read();
            if (_edges.Mode == EdgeMode.Web && image.Width < EdgeOptions.SmallestWebWidth)
            {
                throw new DatasetException($"{test.Path}: {image.Width} px wide; at least {EdgeOptions.SmallestWebWidth} px are needed (--edges web).");
            }

            _recorder.Recording.Clear();
            PanelVerdict verdict = Inspect(test.Path, image);
            if (verdict.Verdict != Verdict.NotInspected)
            {
                return Rank(test, image, mask);
            }

            problems.Add($"{test.Path}: {_images.Explain(verdict)}");
        }
        catch (Exception e) when (e is ImageFileException or DatasetException { InnerException: not ModelException })
        {
            problems.Add(e.Message);
        }

        return null;
    }

    private PanelVerdict Inspect(string path, GrayImage image)
    {
        try
        {
            return _images.Inspect(image);
        }
        catch (ModelException e)
        {
            throw new DatasetException($"{path}: {e.Message}", e);
        }
    }

    private ScoredImage Rank(TestImage test, GrayImage image, GrayImage? mask)
    {
        ScoreMap scores = ScoreMap.Of(_recorder.Recording, image.Width, image.Height);
        PixelRanking.Add(PixelScores, scores, mask);
        ImageScores.Add(scores.Highest, test.IsDefective ? 1 : 0, test.IsDefective ? 0 : 1);
        (IReadOnlyList<MarkedRegion> truth, int tooSmall) = mask is null ? ([], 0) : MarkedRegion.Find(image, mask, scores);
        long offset = _recordings.Position;
        _recorder.Recording.WriteTo(_recordings);
        return new ScoredImage(test, scores.Highest, truth, tooSmall, _recorder.Recording.Count, offset);
    }
}
