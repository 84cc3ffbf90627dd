using MpcgLine.Inspection;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Regions;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Learning.Evaluation;

/// <summary>
/// The second pass: every image goes through the pipeline again at every threshold, with the recorded scores and
/// residuals in place of the networks, so that regions are what production would make of them. One thread.
/// </summary>
internal sealed class ThresholdSweep
{
    /// <summary>Thresholds tried beside the calibrated one.</summary>
    public const int Steps = 40;

    private const int BatchTiles = 8;

    private readonly float _calibrated;
    private readonly float[] _thresholds;
    private readonly Counts[] _counts;
    private readonly RecordedTileInspector _inspector = new(BatchTiles);
    private readonly MaskOverlap _overlap;
    private readonly ImageInspector _images;
    private readonly TileRecording _recording = new();
    private readonly Stream _recordings;

    public ThresholdSweep(float calibrated, IReadOnlyList<ScoredImage> images, EdgeOptions edges, Stream recordings)
    {
        _calibrated = calibrated;
        _thresholds = [.. Candidates(images).Append(calibrated).Distinct().Order()];
        _counts = new Counts[_thresholds.Length];
        _overlap = new MaskOverlap(_inspector);
        _images = new ImageInspector(_overlap, edges);
        _recordings = recordings;
    }

    /// <summary>Pixels both marked and detected at the calibrated threshold, over those that are either.</summary>
    public double? Iou => _overlap.Either > 0 ? (double)_overlap.Both / _overlap.Either : null;

    /// <summary>
    /// Where anything changes: evenly spaced among the highest scores of the images and of the true regions, since a
    /// region is found, or an image flagged, up to its highest score.
    /// </summary>
    public static IEnumerable<float> Candidates(IReadOnlyList<ScoredImage> images)
    {
        float[] highest =
        [
            .. images.SelectMany(image => image.Truth.Select(region => region.HighestScore).Append(image.Score))
                .Where(float.IsFinite).Order(),
        ];
        int steps = highest.Length == 0 ? 0 : Steps;
        return Enumerable.Range(0, steps).Select(step => highest[(int)Math.Round(step * (highest.Length - 1.0) / (Steps - 1))]);
    }

    /// <summary>Tries every threshold on one image.</summary>
    public EvaluatedImage Try(ScoredImage scored)
    {
        (GrayImage image, GrayImage? mask) = scored.Image.Read();
        _recordings.Position = scored.Offset;
        _recording.ReadFrom(_recordings, scored.Tiles);
        EvaluatedImage? calibrated = null;
        for (int i = 0; i < _thresholds.Length; i++)
        {
            bool isCalibrated = _thresholds[i] == _calibrated;
            if (!isCalibrated && _thresholds[i] > scored.Score)
            {
                continue; // no cell reaches it: nothing is detected
            }

            EvaluatedImage result = Inspect(scored, image, mask, _thresholds[i], isCalibrated);
            _counts[i].Add(result.Matches);
            calibrated = isCalibrated ? result : calibrated;
        }

        return calibrated!;
    }

    /// <summary>What was counted so far, from the lowest threshold up.</summary>
    /// <param name="trueRegions">True regions of all images.</param>
    public IReadOnlyList<RegionFigures> Figures(int trueRegions) =>
        [.. _thresholds.Zip(_counts, (threshold, count) => new RegionFigures(threshold, trueRegions, count.Found, count.Detections, count.Right))];

    private EvaluatedImage Inspect(ScoredImage scored, GrayImage image, GrayImage? mask, float threshold, bool isCalibrated)
    {
        _inspector.Start(_recording, threshold);
        if (isCalibrated)
        {
            _overlap.Start(image.Width, image.Height, mask);
        }

        PanelVerdict verdict = _images.Inspect(image);
        _overlap.Stop();
        IReadOnlyList<Defect> defects = verdict.Defects;
        return new EvaluatedImage(
            scored.Image,
            scored.Score,
            verdict.Verdict != Verdict.Accept,
            scored.Truth,
            scored.TooSmall,
            defects,
            RegionMatcher.Match(
                [.. scored.Truth.Select(region => region.Region)],
                [.. defects.Select(defect => new FoundRegion(defect.Box, defect.AreaPixels))]));
    }

    private struct Counts
    {
        public int Found { get; private set; }

        public int Detections { get; private set; }

        public int Right { get; private set; }

        public void Add(RegionMatches matches)
        {
            Found += matches.IsFound.Count(isFound => isFound);
            Detections += matches.IsRight.Count;
            Right += matches.IsRight.Count(isRight => isRight);
        }
    }
}
