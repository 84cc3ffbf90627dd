using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Simulation;

namespace MpcgLine.Learning.Datasets;

/// <summary>
/// Defect-free images, split by part into those that train and those held out for calibration; images of one part are
/// never on both sides. All are held in memory as 8-bit gray.
/// </summary>
public sealed class GoodImages
{
    /// <summary>One part of so many is held out: enough to see the tail of their scores, and what is left still trains.</summary>
    public const int HeldOutEvery = 4;

    private const int MinEdge = 32;

    // 12 bits in the low end of 16 reach level 15; a surface this dark has no texture to learn.
    private const byte LeastBrightest = 16;

    private GoodImages(string source, IReadOnlyList<NamedImage> images, int masksLeftOut = 0, int coloured = 0, bool imagesAreExposures = false)
    {
        Source = source;
        MasksLeftOut = masksLeftOut;
        Coloured = coloured;
        ImagesAreExposures = imagesAreExposures;
        All = images;
        HashSet<string> heldOut = [.. images.Select(i => i.Part).Distinct().Where((_, i) => i % HeldOutEvery == HeldOutEvery - 1)];
        HeldOut = [.. images.Where(i => heldOut.Contains(i.Part))];
        Training = [.. images.Where(i => !heldOut.Contains(i.Part))];
    }

    /// <summary>Where the images came from, for the manifest.</summary>
    public string Source { get; }

    /// <summary>Every image.</summary>
    public IReadOnlyList<NamedImage> All { get; }

    /// <summary>Images that train: those of three parts of four.</summary>
    public IReadOnlyList<NamedImage> Training { get; }

    /// <summary>Images never trained on: those of every fourth part.</summary>
    public IReadOnlyList<NamedImage> HeldOut { get; }

    /// <summary>Files named <c>*-mask.png</c> that lay among the images and were not read.</summary>
    public int MasksLeftOut { get; }

    /// <summary>Images that were coloured and are now gray.</summary>
    public int Coloured { get; }

    /// <summary>Whether images of one part are exposures, each of which shows all of it; otherwise they are pieces of it.</summary>
    public bool ImagesAreExposures { get; }

    /// <summary>How many parts images show.</summary>
    public static int PartsOf(IEnumerable<NamedImage> images) => images.Select(i => i.Part).Distinct().Count();

    /// <summary>
    /// Reads every image directly inside a folder, in name order, or, where none lies there, inside its
    /// <c>train/good</c>; <c>*-mask.png</c> is left out: the simulator's masks lie beside its panels.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="parts">Which images show the same part; null: each is one.</param>
    /// <exception cref="DatasetException">There is no such folder, it holds fewer than 4 parts, or an image can't be used; all unusable images are named.</exception>
    public static GoodImages FromFolder(string folder, PartNames? parts = null)
    {
        parts ??= PartNames.PerImage;
        (folder, string[] found) = Find(folder);
        string[] files = [.. found.Where(f => !ImageNames.IsMask(f))];
        IReadOnlyList<string> partOf = parts.Find([.. files.Select(f => Path.GetFileName(f))]);
        RequireEnough(folder, files.Length, partOf.Distinct().Count(), found.Length - files.Length, parts);
        var images = new List<NamedImage>(files.Length);
        var problems = new List<string>();
        int coloured = 0;
        foreach ((string file, string part) in files.Zip(partOf))
        {
            try
            {
                GrayImage image = GrayImageFile.Read(file);
                if (Problem(image) is { } problem)
                {
                    problems.Add($"{file}: {problem}");
                    continue;
                }

                coloured += GrayImageFile.IsColour(file) ? 1 : 0;
                images.Add(new NamedImage(Path.GetFileName(file), image) { Part = part });
            }
            catch (ImageFileException e)
            {
                problems.Add(e.Message);
            }
        }

        return problems.Count == 0
            ? new GoodImages(folder, images, found.Length - files.Length, coloured, parts.ImagesAreExposures)
            : throw new DatasetException($"{problems.Count} of {files.Length} images in {folder} can't be used:{Environment.NewLine}{string.Join(Environment.NewLine, problems)}");
    }

    /// <summary>
    /// Renders clean simulated panels.
    /// </summary>
    /// <param name="groups">Production lines and how many panels of each; panels are rendered without defects. 4 panels or more in all.</param>
    public static GoodImages FromSimulator(IReadOnlyList<(PanelSimulationOptions Template, int Count)> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentOutOfRangeException.ThrowIfLessThan(groups.Sum(g => g.Count), HeldOutEvery, nameof(groups));
        PanelSimulationOptions[] panels = [.. groups.SelectMany((group, index) =>
        {
            // Seeds and serials of their own, or the same part would be trained on in one size and held out in another.
            PanelSimulationOptions own = group.Template with
            {
                DefectCount = 0,
                Seed = group.Template.Seed + ((ulong)index << 32),
                PartSerial = (group.Template.PartSerial + groups.Take(index).Sum(g => g.Count)) % 1_000_000,
            };
            var sequence = new PanelSequence(own, group.Count, group.Count);
            return Enumerable.Range(0, group.Count).Select(sequence.OptionsOf);
        })];
        var images = new NamedImage[panels.Length];
        Parallel.For(0, panels.Length, i => images[i] = new NamedImage($"simulated-{i}", new SimulatedPanel(panels[i]).Render()));
        string sizes = string.Join(", ", groups.Select(g => $"{g.Count} of {g.Template.Width} x {g.Template.Length} px"));
        return new GoodImages($"simulated clean panels, {sizes}, seed {groups[0].Template.Seed}", images);
    }

    /// <summary>Why an image can't be learnt from; null when it can.</summary>
    internal static string? Problem(GrayImage image)
    {
        if (Math.Min(image.Width, image.Height) < MinEdge)
        {
            return $"{image.Width} x {image.Height} px (at least {MinEdge} x {MinEdge})";
        }

        byte brightest = image.Pixels.Max();
        return brightest < LeastBrightest
            ? $"it is black: its brightest pixel has gray level {brightest} of 255 (at least {LeastBrightest}; 12-bit levels in a 16-bit file have to be scaled up first)"
            : image.Pixels.AsSpan().IndexOfAnyExcept(brightest) < 0 ? $"every pixel has gray level {brightest}: it shows nothing" : null;
    }

    /// <summary>The images of a folder and where they lie, in name order.</summary>
    internal static (string Folder, string[] Files) Find(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DatasetException($"{folder} is not a folder.");
        }

        string[] here = Images(folder);
        string inside = Path.Combine(folder, "train", "good");
        return here.Length == 0 && Directory.Exists(inside) ? (inside, Images(inside)) : (folder, here);
    }

    private static string[] Images(string folder) =>
        [.. Directory.EnumerateFiles(folder).Where(ImageNames.IsImage).Order(StringComparer.Ordinal)];

    private static void RequireEnough(string folder, int images, int count, int masks, PartNames parts)
    {
        if (count < HeldOutEvery)
        {
            string held = parts.IsPerImage ? $"{images} images" : $"{images} images of {count} parts";
            throw new DatasetException(
                $"{folder} holds {held} ({ImageNames.Formats}{(masks > 0 ? $"; {masks} *-mask.png left out" : "")}); at least {HeldOutEvery} {(parts.IsPerImage ? "" : "parts ")}are needed, {HeldOutEvery - count} more: thresholds are set on parts that are not trained on, one of four.");
        }
    }
}
