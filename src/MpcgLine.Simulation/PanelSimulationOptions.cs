using System.Globalization;
using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Simulation;

/// <summary>What one simulated panel is. Equal options give equal bytes.</summary>
public sealed record PanelSimulationOptions
{
    /// <summary>Smallest width and length, px: the layout's parts have sensible minimum sizes.</summary>
    public const int MinimumSide = 512;

    /// <summary>Largest width, px.</summary>
    public const int MaximumWidth = 7168;

    /// <summary>Largest length, px.</summary>
    public const int MaximumLength = 14000;

    /// <summary>Smallest margin, px.</summary>
    public const int MinimumMargin = 16;

    /// <summary>Seed of the part: pose, edges, texture, noise and defects.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Seed of the camera: gain and dark pattern per column, illumination. The same for all panels of a line.</summary>
    public ulong CameraSeed { get; init; } = 1;

    /// <summary>Columns.</summary>
    public int Width { get; init; } = 1024;

    /// <summary>Rows.</summary>
    public int Length { get; init; } = 2048;

    /// <summary>Defects to render; 0 is a clean panel, <c>null</c> draws 3 to 7 from the seed.</summary>
    public int? DefectCount { get; init; }

    /// <summary>Shapes of the defects.</summary>
    public DefectFamily DefectFamily { get; init; } = DefectFamily.Known;

    /// <summary>Dark surroundings on every side before the part is shifted and turned, px.</summary>
    public int MarginPixels { get; init; } = 64;

    /// <summary>Pixel size on the part. Shapes are laid out in mm, textures and blur in px.</summary>
    public PixelPitch PixelPitch { get; init; } = new(12.5, 12.5);

    /// <summary>Number printed on the part, 0..999999.</summary>
    public int PartSerial { get; init; } = 1;

    /// <summary>Most defects that fit a panel of this size with the distances between them.</summary>
    public int MaximumDefectCount => Math.Clamp((int)((long)Width * Length / 40_000), 3, 200);

    /// <summary>Radius of the part's corners, px across.</summary>
    public double CornerRadiusPixels => Layout.PartLayout.CornerRadius(Width - (2 * MarginPixels));

    /// <summary>Every problem of these options, each naming property, value and range; empty when usable.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        RequireRange(problems, nameof(Width), Width, MinimumSide, MaximumWidth);
        RequireRange(problems, nameof(Length), Length, MinimumSide, MaximumLength);
        RequireRange(problems, nameof(MarginPixels), MarginPixels, MinimumMargin, Math.Max(MinimumMargin, Math.Min(Width, Length) / 8));
        RequireRange(problems, nameof(PartSerial), PartSerial, 0, 999_999);
        RequireRange(problems, nameof(DefectCount), DefectCount ?? 0, 0, MaximumDefectCount);
        RequirePitch(problems, nameof(PixelPitch.XMicrometres), PixelPitch.XMicrometres);
        RequirePitch(problems, nameof(PixelPitch.YMicrometres), PixelPitch.YMicrometres);
        double ratio = PixelPitch.YMicrometres / PixelPitch.XMicrometres;
        if (problems.Count == 0 && ratio is not (>= 0.5 and <= 2))
        {
            problems.Add($"{nameof(PixelPitch)}: Y over X is {Text(ratio)}; allowed is 0.5..2.");
        }

        if (!Enum.IsDefined(DefectFamily))
        {
            problems.Add($"{nameof(DefectFamily)} is {DefectFamily}; allowed are Known and Unseen.");
        }

        return problems;
    }

    private static void RequireRange(List<string> problems, string name, int value, int lowest, int highest)
    {
        if (value < lowest || value > highest)
        {
            problems.Add($"{name} is {Text(value)}; allowed is {Text(lowest)}..{Text(highest)}.");
        }
    }

    private static void RequirePitch(List<string> problems, string name, double value)
    {
        if (value is not (>= 0.5 and <= 1000))
        {
            problems.Add($"{nameof(PixelPitch)}.{name} is {Text(value)}; allowed is 0.5..1000 micrometres.");
        }
    }

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
