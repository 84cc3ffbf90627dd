using MpcgLine.Imaging;

namespace MpcgLine.Learning.Datasets;

/// <summary>
/// Images to score a model on, good ones and defective ones with masks, in either of two layouts:
/// <c>test/good</c>, <c>test/defect</c> and <c>test/masks/NAME</c>, or, as MVTec AD has it, <c>test/good</c>,
/// <c>test/KIND</c> and <c>ground_truth/KIND/NAME_mask.png</c>. A mask may be of another file type than its image.
/// </summary>
public sealed class TestImages
{
    private const string Good = "good";
    private const string Defect = "defect";
    private const string Masks = "masks";
    private const string MaskEnding = "_mask";

    private TestImages(IReadOnlyList<TestImage> images, IReadOnlyList<string> problems)
    {
        Images = images;
        Problems = problems;
    }

    /// <summary>Good images first, then kind by kind in name order.</summary>
    public IReadOnlyList<TestImage> Images { get; }

    /// <summary>One sentence for each defective image without a mask and each mask without an image; they are not among the images.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Lists the images and masks of a folder; none is read yet.</summary>
    /// <exception cref="DatasetException">There is no folder <c>test</c> in it, or no image that could be scored.</exception>
    public static TestImages FromFolder(string folder)
    {
        string test = Path.Combine(folder, "test");
        if (!Directory.Exists(test))
        {
            throw new DatasetException($"{test}: there is no such folder; allowed is a folder that holds test/{Good} and test/{Defect} with test/{Masks}, or test/KIND with ground_truth/KIND.");
        }

        List<TestImage> images = [];
        List<string> problems = [];
        ILookup<string, string> masks = MaskFolders(folder).SelectMany(Files).ToLookup(WithoutExtension);
        HashSet<string> unclaimed = [.. masks.SelectMany(paths => paths)];
        foreach (string kind in Kinds(test))
        {
            foreach (string path in Files(Path.Combine(test, kind)).Where(path => !ImageNames.IsMask(path)))
            {
                string name = $"{kind}/{Path.GetFileName(path)}";
                string? mask = kind == Good ? null : MaskNames(folder, kind, path).SelectMany(m => masks[m]).FirstOrDefault();
                if (kind != Good && mask is null)
                {
                    problems.Add($"{path}: the defective image has no mask; allowed is {string.Join(" or ", MaskNames(folder, kind, path))}, as {ImageNames.Formats}.");
                    continue;
                }

                unclaimed.Remove(mask ?? "");
                images.Add(new TestImage(name, path, mask));
            }
        }

        problems.AddRange(unclaimed.Order(StringComparer.Ordinal).Select(
            path => $"{path}: the mask has no image; allowed is the name of an image of that kind in {test}."));
        return images.Count > 0
            ? new TestImages(images, problems)
            : throw new DatasetException(string.Join(
                Environment.NewLine,
                [$"{test}: 0 images can be scored; at least 1 {ImageNames.Formats} image in {Good}, or with a mask in {Defect} or another kind, is needed.", .. problems]));
    }

    /// <summary>Good first.</summary>
    private static IEnumerable<string> Kinds(string test) => Directory.EnumerateDirectories(test)
        .Select(path => Path.GetFileName(path))
        .Where(kind => kind != Masks)
        .OrderBy(kind => kind != Good)
        .ThenBy(kind => kind, StringComparer.Ordinal);

    private static IEnumerable<string> MaskFolders(string folder)
    {
        string masks = Path.Combine(folder, "test", Masks), truth = Path.Combine(folder, "ground_truth");
        return [.. Directory.Exists(masks) ? [masks] : Array.Empty<string>(), .. Directory.Exists(truth) ? Directory.EnumerateDirectories(truth) : []];
    }

    /// <summary>Where the mask of an image may be, without extension.</summary>
    private static IEnumerable<string> MaskNames(string folder, string kind, string image)
    {
        string stem = Path.GetFileNameWithoutExtension(image);
        string byKind = Path.Combine(folder, "ground_truth", kind, stem + MaskEnding);
        return kind == Defect ? [Path.Combine(folder, "test", Masks, stem), byKind] : [byKind];
    }

    private static string WithoutExtension(string path) => Path.ChangeExtension(path, null);

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder)
        .Where(path => ImageNames.IsImage(path))
        .Order(StringComparer.Ordinal);
}
