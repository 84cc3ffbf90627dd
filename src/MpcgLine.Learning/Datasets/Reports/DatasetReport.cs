using System.Security.Cryptography;
using MpcgLine.Imaging;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Verdicts;
using MpcgLine.Learning.Calibration;

namespace MpcgLine.Learning.Datasets.Reports;

/// <summary>
/// What there is to know of a folder of good images before a model is trained on them, and, with a model, which of them
/// a person should look at. Images are read one at a time; a thread at a time.
/// </summary>
public sealed class DatasetReport
{
    /// <summary>Pairs from this correlation on are told, after what all images share was taken out.</summary>
    public const double ResemblesFrom = 0.9;

    private const int BatchTiles = 8;

    private readonly string _folder;
    private readonly List<string> _problems = [];
    private readonly List<ImageFigures> _images = [];
    private readonly List<(Thumbnail Thumbnail, string Hash)> _thumbnails = [];

    private DatasetReport(string folder) => _folder = folder;

    /// <summary>The folder the images lie in.</summary>
    public string Folder => _folder;

    /// <summary>Usable images, in name order.</summary>
    public IReadOnlyList<ImageFigures> Images => _images;

    /// <summary>A sentence for every image that can't be used or was not inspected.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Pixels at each gray level, of all usable images.</summary>
    public long[] Histogram { get; } = new long[256];

    /// <summary>Images said to be of different parts that look like one, the most alike first.</summary>
    public IReadOnlyList<ResemblingPair> Pairs { get; private set; } = [];

    /// <summary>All images that a model inspected, the most surprising first; empty without a model.</summary>
    public IReadOnlyList<Suspect> Suspects { get; private set; } = [];

    /// <summary>Reads every image.</summary>
    /// <param name="folder">Folder of good images, or the root of a layout with <c>train/good</c>.</param>
    /// <param name="parts">Which images show the same part.</param>
    /// <param name="progress">Told images read.</param>
    /// <exception cref="DatasetException">There is no such folder, a name gives no part, or no image can be used.</exception>
    public static DatasetReport Of(string folder, PartNames parts, IProgress<int>? progress)
    {
        ArgumentNullException.ThrowIfNull(parts);
        (folder, string[] found) = GoodImages.Find(folder);
        string[] files = [.. found.Where(f => !ImageNames.IsMask(f))];
        IReadOnlyList<string> partOf = parts.Find([.. files.Select(f => Path.GetFileName(f))]);
        var report = new DatasetReport(folder);
        for (int i = 0; i < files.Length; i++)
        {
            report.Read(files[i], partOf[i]);
            progress?.Report(i + 1);
        }

        if (report._images.Count == 0)
        {
            throw new DatasetException(string.Join(
                Environment.NewLine, [$"{folder} holds 0 usable images ({ImageNames.Formats}); at least 1 is needed.", .. report._problems]));
        }

        report.Pairs = report.FindPairs();
        return report;
    }

    /// <summary>Lets a model inspect every image. Blocks; the calling thread is the inference thread.</summary>
    /// <param name="bundle">Its thresholds are not used.</param>
    /// <param name="edges">Where the part lies in the images.</param>
    /// <param name="progress">Told images inspected.</param>
    /// <exception cref="ModelException">The bundle's golden tiles are not answered as recorded.</exception>
    public void Inspect(ModelBundle bundle, EdgeOptions edges, IProgress<int>? progress)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(edges);
        using TileInspector inspector = Calibrator.OpenWithoutThresholds(bundle, new InferenceOptions { BatchTiles = BatchTiles });
        var recorder = new SurpriseRecorder(inspector);
        var inspection = new ImageInspector(recorder, edges);
        var seen = new List<Suspect>(_images.Count);
        for (int i = 0; i < _images.Count; i++)
        {
            if (Inspect(_images[i], recorder, inspection, edges) is { } suspect)
            {
                seen.Add(suspect);
            }

            progress?.Report(i + 1);
        }

        RobustSpread score = new([.. seen.Select(s => s.Score)]), residual = new([.. seen.Select(s => s.Residual)]);
        Suspects =
        [
            .. seen.Select(s => s with { ScoreDeviations = score.DeviationsOf(s.Score), ResidualDeviations = residual.DeviationsOf(s.Residual) })
                .OrderByDescending(s => s.Deviations)
                .ThenByDescending(s => s.Score),
        ];
    }

    private void Read(string path, string part)
    {
        try
        {
            GrayImage image = GrayImageFile.Read(path);
            if (GoodImages.Problem(image) is { } problem)
            {
                _problems.Add($"{path}: {problem}");
                return;
            }

            long sum = 0;
            foreach (byte level in image.Pixels)
            {
                Histogram[level]++;
                sum += level;
            }

            _images.Add(new ImageFigures(
                Path.GetFileName(path), part, image.Width, image.Height, GrayImageFile.IsColour(path), (double)sum / image.Pixels.Length));
            _thumbnails.Add((Thumbnail.Of(image), Convert.ToHexString(SHA256.HashData(image.Pixels))));
        }
        catch (ImageFileException e)
        {
            _problems.Add(e.Message);
        }
    }

    private List<ResemblingPair> FindPairs()
    {
        var pairs = new List<ResemblingPair>();
        IReadOnlyList<Thumbnail> thumbnails = Thumbnail.WithoutCommonView([.. _thumbnails.Select(t => t.Thumbnail)]);
        for (int i = 0; i < _images.Count; i++)
        {
            for (int j = i + 1; j < _images.Count; j++)
            {
                if (_images[i].Part == _images[j].Part)
                {
                    continue;
                }

                double resemblance = _thumbnails[i].Hash == _thumbnails[j].Hash ? 1 : thumbnails[i].Resemblance(thumbnails[j]);
                if (resemblance >= ResemblesFrom)
                {
                    pairs.Add(new ResemblingPair(_images[i].Name, _images[j].Name, resemblance));
                }
            }
        }

        return [.. pairs.OrderByDescending(p => p.Resemblance)];
    }

    private Suspect? Inspect(ImageFigures figures, SurpriseRecorder recorder, ImageInspector inspection, EdgeOptions edges)
    {
        string path = Path.Combine(_folder, figures.Name);
        try
        {
            if (edges.Mode == EdgeMode.Web && figures.Width < EdgeOptions.SmallestWebWidth)
            {
                throw new DatasetException($"{path}: {figures.Width} px wide; at least {EdgeOptions.SmallestWebWidth} px are needed (--edges web).");
            }

            GrayImage image = GrayImageFile.Read(path);
            recorder.Begin(image.Width, image.Height);
            PanelVerdict verdict = inspection.Inspect(image);
            if (verdict.Verdict != Verdict.NotInspected && float.IsFinite(recorder.Score))
            {
                return new Suspect(figures.Name, recorder.Score, 0, recorder.Residual, 0, recorder.Place.X, recorder.Place.Y);
            }

            _problems.Add($"{path}: {(verdict.Verdict == Verdict.NotInspected ? inspection.Explain(verdict) : "no tile lies in the inspected area")}");
        }
        catch (Exception e) when (e is ImageFileException or DatasetException)
        {
            _problems.Add(e.Message);
        }
        catch (ModelException e)
        {
            _problems.Add($"{path}: {e.Message}");
        }

        return null;
    }
}
