using MpcgLine.Imaging;

namespace MpcgLine.Service.Commands;

/// <summary>An image to inspect, or an argument that names none.</summary>
/// <param name="Path">As the person would find it again.</param>
/// <param name="Problem">Why there is nothing to inspect; null when there is.</param>
internal sealed record ImageSource(string Path, string? Problem)
{
    /// <summary>Every image the arguments name: files as they are, folders by the images directly inside, in name order.</summary>
    public static IReadOnlyList<ImageSource> Find(IEnumerable<string> arguments) => [.. arguments.SelectMany(FindOne)];

    private static IEnumerable<ImageSource> FindOne(string argument)
    {
        if (!Directory.Exists(argument))
        {
            return [new ImageSource(argument, File.Exists(argument) ? null : $"{argument}: there is no such file or folder")];
        }

        ImageSource[] found =
        [
            .. Directory.EnumerateFiles(argument)
                .Where(path => ImageNames.IsImage(path) && !ImageNames.IsMask(path))
                .Order(StringComparer.Ordinal)
                .Select(path => new ImageSource(path, null)),
        ];
        return found.Length > 0 ? found : [new ImageSource(argument, $"{argument}: the folder holds no {ImageNames.Formats} image")];
    }
}
