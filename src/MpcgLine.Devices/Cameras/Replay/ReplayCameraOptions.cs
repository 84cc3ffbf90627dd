using MpcgLine.Devices.Cameras.Bursts;
using MpcgLine.Imaging;

namespace MpcgLine.Devices.Cameras.Replay;

/// <summary>What is replayed, and how.</summary>
public sealed record ReplayCameraOptions
{
    /// <summary>
    /// Folders of panel images (PNG, JPEG, BMP, TIFF; neither their subfolders nor the simulator's
    /// <c>-mask.png</c>) and single image files, merged in the order of
    /// the file names; or one recorded run (<c>.strips</c>) alone.
    /// </summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>
    /// Line rate, strips, gaps and faults. A recorded run brings its own strips and gaps; only whether it is paced is
    /// taken from here, then by the times it was recorded at.
    /// </summary>
    public BurstOptions Bursts { get; init; } = new();

    /// <summary>Times the images are played, 1 or more.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>What becomes of an image that can't be read.</summary>
    public CorruptImagePolicy CorruptImages { get; init; }

    /// <summary>Largest image read, pixels.</summary>
    public long MaxPixels { get; init; } = GrayImageFile.DefaultMaxPixels;

    /// <summary>Every problem with these values, each naming key, value and what is allowed; empty if there is none.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>(Bursts.Problems());
        if (Sources.Count == 0)
        {
            problems.Add($"{nameof(Sources)} is empty; it must name folders of images, images, or one recorded run.");
        }

        foreach (string source in Sources.Where(s => !Directory.Exists(s) && !File.Exists(s)))
        {
            problems.Add($"{nameof(Sources)} names '{source}', which does not exist.");
        }

        if (Sources.Count > 1 && Sources.Any(StripFile.HasExtension))
        {
            problems.Add($"{nameof(Sources)} names a recorded run ({StripFile.Extension}) beside others; it must be the only one.");
        }

        if (Repeat < 1)
        {
            problems.Add($"{nameof(Repeat)} is {Repeat}; it must be 1 or more.");
        }

        if (MaxPixels < 1)
        {
            problems.Add($"{nameof(MaxPixels)} is {MaxPixels}; it must be 1 or more.");
        }

        return problems;
    }
}
