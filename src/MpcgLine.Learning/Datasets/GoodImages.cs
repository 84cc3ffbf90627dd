using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Simulation;

namespace MpcgLine.Learning.Datasets;

/// <summary>
/// Defect-free images, split by image (one image is one part) into those that train and those held out for
/// calibration. All are held in memory as 8-bit gray.
/// </summary>
public sealed class GoodImages
{
    private const int MinEdge = 32;

    // A quarter of the parts is enough to see the tail of their scores, and what is left still trains.
    private const int HeldOutEvery = 4;

    private GoodImages(string source, IReadOnlyList<NamedImage> images, int masksLeftOut = 0)
    {
        Source = source;
        MasksLeftOut = masksLeftOut;
        All = images;
        HeldOut = [.. images.Where((_, i) => i % HeldOutEvery == HeldOutEvery - 1)];
        Training = [.. images.Where((_, i) => i % HeldOutEvery != HeldOutEvery - 1)];
    }

    /// <summary>Where the images came from, for the manifest.</summary>
    public string Source { get; }

    /// <summary>Every image.</summary>
    public IReadOnlyList<NamedImage> All { get; }

    /// <summary>Images that train: three of four.</summary>
    public IReadOnlyList<NamedImage> Training { get; }

    /// <summary>Images never trained on: every fourth.</summary>
    public IReadOnlyList<NamedImage> HeldOut { get; }

    /// <summary>Files named <c>*-mask.png</c> that lay among the images and were not read.</summary>
    public int MasksLeftOut { get; }

    /// <summary>
    /// Reads every PNG, JPEG and BMP directly inside a folder, in name order; <c>*-mask.png</c> is left out: the
    /// simulator's masks lie beside its panels.
    /// </summary>
    /// <exception cref="DatasetException">There is no such folder, it holds fewer than 4 images, or an image can't be used; all unusable images are named.</exception>
    public static GoodImages FromFolder(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DatasetException($"{folder} is not a folder.");
        }

        string[] found = [.. Directory.EnumerateFiles(folder).Where(ImageNames.IsImage).Order(StringComparer.Ordinal)];
        string[] files = [.. found.Where(f => !ImageNames.IsMask(f))];
        int masks = found.Length - files.Length;
        var images = new List<NamedImage>(files.Length);
        var problems = new List<string>();
        foreach (string file in files)
        {
            try
            {
                GrayImage image = GrayImageFile.Read(file);
                if (Math.Min(image.Width, image.Height) < MinEdge)
                {
                    problems.Add($"{file}: {image.Width} x {image.Height} px (at least {MinEdge} x {MinEdge})");
                    continue;
                }

                images.Add(new NamedImage(Path.GetFileName(file), image));
            }
            catch (ImageFileException e)
            {
                problems.Add(e.Message);
            }
        }

        if (problems.Count > 0)
        {
            throw new DatasetException($"{problems.Count} of {files.Length} images in {folder} can't be used:{Environment.NewLine}{string.Join(Environment.NewLine, problems)}");
        }

        if (images.Count < HeldOutEvery)
        {
            throw new DatasetException($"{folder} holds {images.Count} images (PNG, JPEG, BMP{(masks > 0 ? $"; {masks} *-mask.png left out" : "")}); at least {HeldOutEvery} are needed: one of four is held out for calibration.");
        }

        return new GoodImages(folder, images, masks);
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
}
