using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Evaluation;

namespace MpcgLine.Learning.Datasets;

/// <summary>An image to score a model on.</summary>
/// <param name="Name">Kind and file name, as <c>good/7.png</c>.</param>
/// <param name="Path">The image file.</param>
/// <param name="MaskPath">The file that marks its defects; null for a good image.</param>
public sealed record TestImage(string Name, string Path, string? MaskPath)
{
    /// <summary>Whether it shows a defect.</summary>
    public bool IsDefective => MaskPath is not null;

    /// <summary>Reads image and mask.</summary>
    /// <exception cref="ImageFileException">A file can't be read; the message names it.</exception>
    /// <exception cref="DatasetException">The image is too small, or the mask does not fit it or marks nothing.</exception>
    public (GrayImage Image, GrayImage? Mask) Read()
    {
        GrayImage image = GrayImageFile.Read(Path);
        if (Math.Min(image.Width, image.Height) < TileAxis.SmallestLength)
        {
            throw new DatasetException($"{Path}: {image.Width} x {image.Height} px; at least {TileAxis.SmallestLength} x {TileAxis.SmallestLength} are needed.");
        }

        return (image, MaskPath is null ? null : ReadMask(MaskPath, image));
    }

    private static GrayImage ReadMask(string path, GrayImage image)
    {
        GrayImage mask = GrayImageFile.Read(path);
        if (mask.Width != image.Width || mask.Height != image.Height)
        {
            throw new DatasetException($"{path}: the mask is {mask.Width} x {mask.Height} px; allowed is its image's size, {image.Width} x {image.Height} px.");
        }

        byte highest = mask.Pixels.Max();
        return highest >= MaskComponents.DefectiveFrom
            ? mask
            : throw new DatasetException($"{path}: the mask's highest level is {highest}, so it marks nothing; a defect's pixels are {MaskComponents.DefectiveFrom} to 255.");
    }
}
