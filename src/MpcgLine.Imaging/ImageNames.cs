namespace MpcgLine.Imaging;

/// <summary>Which files of a folder are images to look at, by name alone. Pure; any thread.</summary>
public static class ImageNames
{
    /// <summary>The formats that can be read, for messages.</summary>
    public const string Formats = "PNG, JPEG, BMP or TIFF";

    /// <summary>Endings of the formats that can be read, with their dots.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"];

    /// <summary>Whether the name is that of a file of one of the <see cref="Formats"/>.</summary>
    public static bool IsImage(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the name is that of a mask: the simulator writes <c>panel-N-mask.png</c> beside its panels.</summary>
    public static bool IsMask(string path) => path.EndsWith("-mask.png", StringComparison.OrdinalIgnoreCase);
}
