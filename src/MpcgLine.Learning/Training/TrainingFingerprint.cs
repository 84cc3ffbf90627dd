using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.Learning.Training;

/// <summary>
/// What makes a training the one it is: every option that changes its outcome, and name, content and use of every
/// image. A run folder is gone on with only by the training that began it: another would mix two trainings in one
/// bundle, or calibrate on images that were trained on.
/// </summary>
internal sealed class TrainingFingerprint
{
    private const int DifferencesTold = 5;

    private readonly SortedDictionary<string, string> _entries;

    // Raised whenever sampling, rendering, the networks' input, losses or updates change: a training begun by one program
    // must not be ended by another.
    private const int MethodVersion = 17;

    private TrainingFingerprint(SortedDictionary<string, string> entries) => _entries = entries;

    /// <summary>The fingerprint of a training.</summary>
    /// <param name="images">All images, held out or not.</param>
    /// <param name="options">The run folder is no part of it.</param>
    /// <param name="baseline">Name of the baseline that is trained; null for a bundle.</param>
    public static TrainingFingerprint Of(GoodImages images, TrainingOptions options, string? baseline = null)
    {
        var entries = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (baseline is not null)
        {
            entries.Add("baseline", baseline);
        }

        void Option(string name, IFormattable value) => entries.Add(name, value.ToString(null, CultureInfo.InvariantCulture));
        Option("method", MethodVersion);
        // Given steps leave the minutes without a meaning.
        Option(options.Steps > 0 ? "steps" : "minutes", options.Steps > 0 ? options.Steps : options.Minutes);
        Option("seed", options.Seed);
        Option("network width", options.Width);
        Option("loss", options.Loss);
        Option("pixel term", options.PixelTerm);
        Option("lambda", options.Lambda);
        Option("weight penalty", options.Penalty);
        Option("maps", options.Maps);
        entries.Add("flips", options.Flips ? "yes" : "no");
        entries.Add("by rarity", options.ByRarity ? "yes" : "no");
        Option("batch", options.Batch);
        Option("reconstruction share", options.ReconstructionShare);
        Option("narrowest defect", options.NarrowestDefect);
        Option("widest defect", options.WidestDefect);
        Option("precision", options.ElementType);
        Option("device", options.Device);
        if (options.Start is { } start)
        {
            foreach ((string file, string hash) in start.Manifest.Sha256)
            {
                entries.Add($"goes on from {file}", hash);
            }
        }

        AddImages(entries, images.Training, "trains");
        AddImages(entries, images.HeldOut, "is held out");
        return new TrainingFingerprint(entries);
    }

    /// <summary>Reads back what <see cref="ToJson"/> gave.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static TrainingFingerprint Parse(ReadOnlySpan<byte> json) => new(
        JsonSerializer.Deserialize<SortedDictionary<string, string>>(json) ?? throw new JsonException("It is empty."));

    /// <summary>The entries as JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(_entries);

    /// <summary>In words, where another training differs from this one; empty when it does not.</summary>
    public string DifferencesOf(TrainingFingerprint other)
    {
        string[] differing =
        [
            .. _entries.Keys.Union(other._entries.Keys).Order(StringComparer.Ordinal)
                .Where(name => _entries.GetValueOrDefault(name) != other._entries.GetValueOrDefault(name)),
        ];
        string told = string.Join(
            "; ", differing.Take(DifferencesTold).Select(name => $"{name}: {Text(_entries, name)}, now {Text(other._entries, name)}"));
        return differing.Length > DifferencesTold ? $"{told}; and {differing.Length - DifferencesTold} more" : told;
    }

    private static string Text(SortedDictionary<string, string> entries, string name) =>
        entries.TryGetValue(name, out string? value) ? value : "none";

    private static void AddImages(SortedDictionary<string, string> entries, IReadOnlyList<NamedImage> images, string use)
    {
        foreach (NamedImage image in images)
        {
            string hash = Convert.ToHexStringLower(SHA256.HashData(image.Image.Pixels));
            entries.Add($"image {image.Name}", $"{image.Image.Width} x {image.Image.Height} px, sha256 {hash}, {use}");
        }
    }
}
