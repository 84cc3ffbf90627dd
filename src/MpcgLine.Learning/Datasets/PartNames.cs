using System.Globalization;
using System.Text.RegularExpressions;

namespace MpcgLine.Learning.Datasets;

/// <summary>
/// Tells from file names which images show the same part: exposures or tiles of one part are not independent, so they
/// must not lie on both sides of a split, nor count as several parts.
/// </summary>
public sealed class PartNames
{
    // A pattern that tries every way through a file name must not hang the program.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Regex? _pattern;
    private readonly long? _gap;

    private PartNames(Regex? pattern, long? gap, bool imagesAreExposures)
    {
        _pattern = pattern;
        _gap = gap;
        ImagesAreExposures = imagesAreExposures;
    }

    /// <summary>Every image is a part.</summary>
    public static PartNames PerImage { get; } = new(null, null, imagesAreExposures: false);

    /// <summary>Whether every image is a part.</summary>
    public bool IsPerImage => _pattern is null;

    /// <summary>Whether images of one part are exposures, each of which shows all of it; otherwise they are pieces of it.</summary>
    public bool ImagesAreExposures { get; }

    /// <summary>Parts named by a pattern.</summary>
    /// <param name="pattern">
    /// Regular expression: its first group, or its whole match where it has none, is the part's name; null for one part
    /// per image.
    /// </param>
    /// <param name="gap">
    /// For cameras that number their images one after the other: what the pattern finds is then a number, and numbers
    /// at most this far from the one before are the same part. Null: equal names are.
    /// </param>
    /// <param name="imagesAreExposures">Whether images of one part are exposures, each of which shows all of it, not pieces of it.</param>
    /// <exception cref="DatasetException">The pattern is no regular expression, or one of the others is given without one, or a gap below 1.</exception>
    public static PartNames Of(string? pattern, long? gap = null, bool imagesAreExposures = false)
    {
        if (gap is < 1)
        {
            throw new DatasetException($"--part-gap is {gap}; allowed is 1 and more.");
        }

        if (pattern is null)
        {
            string? alone = gap is not null
                ? "--part-gap needs --part, a regular expression whose first group is the image's number."
                : imagesAreExposures ? "--exposures needs --part, which says what images are exposures of one part." : null;
            return alone is null ? PerImage : throw new DatasetException(alone);
        }

        try
        {
            return new PartNames(new Regex(pattern, RegexOptions.CultureInvariant, Patience), gap, imagesAreExposures);
        }
        catch (ArgumentException e)
        {
            throw new DatasetException($"--part '{pattern}' is not a regular expression: {e.Message}", e);
        }
    }

    /// <summary>The part of each file name, in their order.</summary>
    /// <exception cref="DatasetException">A name does not match, or holds no number where one is needed; says how many and the first.</exception>
    public IReadOnlyList<string> Find(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (_pattern is null)
        {
            return names;
        }

        string?[] found = [.. names.Select(Match)];
        Require(names, found, f => !string.IsNullOrEmpty(f), "do not match it");
        if (_gap is not { } gap)
        {
            return found!;
        }

        long?[] numbers = [.. found.Select(f => long.TryParse(f, NumberStyles.None, CultureInfo.InvariantCulture, out long n) ? n : (long?)null)];
        Require(names, numbers, n => n is not null, "give no whole number by it, which --part-gap needs");
        return Runs([.. numbers.Select(n => n!.Value)], gap);
    }

    /// <summary>Each number's run, called by its first number.</summary>
    private static string[] Runs(long[] numbers, long gap)
    {
        var firstOf = new Dictionary<long, long>();
        long first = 0, last = 0;
        foreach (long number in numbers.Order())
        {
            first = firstOf.Count == 0 || number - last > gap ? number : first;
            firstOf[number] = first;
            last = number;
        }

        return [.. numbers.Select(n => firstOf[n].ToString(CultureInfo.InvariantCulture))];
    }

    private string? Match(string name)
    {
        try
        {
            Match match = _pattern!.Match(name);
            return !match.Success ? null : match.Groups.Count > 1 ? match.Groups[1].Value : match.Value;
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new DatasetException($"--part '{_pattern}' takes more than {Patience.TotalSeconds} s on {name}: give a simpler regular expression.", e);
        }
    }

    private void Require<T>(IReadOnlyList<string> names, T[] found, Func<T, bool> isUsable, string problem)
    {
        string[] others = [.. names.Where((_, i) => !isUsable(found[i]))];
        if (others.Length > 0)
        {
            throw new DatasetException($"--part '{_pattern}': {others.Length} of {names.Count} file names {problem}, the first is {others[0]}.");
        }
    }
}
