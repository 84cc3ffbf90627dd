namespace MpcgLine.Imaging;

/// <summary>Which files of a folder are images to look at, by name alone. Pure; any thread.</summary>
public static class ImageNames
{
    /// <summary>Endings of the formats that can be read, with their dots.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".png", ".jpg", ".jpeg", ".bmp"];

    /// <summary>Whether the name is that of a PNG, JPEG or BMP file.</summary>
    public static bool IsImage(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the name is that of a mask: the simulator writes <c>panel-N-mask.png</c> beside its panels.</summary>
    public static bool IsMask(string path) => path.EndsWith("-mask.png", StringComparison.OrdinalIgnoreCase);
}
