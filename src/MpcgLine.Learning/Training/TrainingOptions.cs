using System.Globalization;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Losses;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Training;

/// <summary>What a person says of a training.</summary>
public sealed record TrainingOptions
{
    private const int MaxMinutes = 100_000, MaxSteps = 10_000_000, MaxPixelTerm = 100, MaxBatch = 64;

    /// <summary>Limits of the widths of defects, px: cells are 4 px wide, and the fusion sees about 100 px.</summary>
    public const double MinDefectWidth = 2, MaxDefectWidth = 64;

    /// <summary>Widths of defects where nobody says otherwise, px.</summary>
    public const double UsualNarrowestDefect = 3, UsualWidestDefect = 20;

    /// <summary>Minutes for both networks together, above 0 to 100 000; turned into steps once, from the pace of the first ones.</summary>
    public double Minutes { get; init; } = 30;

    /// <summary>Steps of each network instead of minutes, at most 10 000 000; 0: minutes rule.</summary>
    public int Steps { get; init; }

    /// <summary>Seed of all chance.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Width factor of the reconstruction network, 0.125 to 1.</summary>
    public double Width { get; init; } = 0.5;

    /// <summary>Loss of the reconstruction.</summary>
    public LossKind Loss { get; init; } = LossKind.WeightedSsim;

    /// <summary>Weight of the mean absolute error added to the loss, 0..100; 0: the loss as printed.</summary>
    public double PixelTerm { get; init; } = 4;

    /// <summary>Lambda of the reconstruction (Eqs. 5 and 16), 0..1.</summary>
    public double Lambda { get; init; } = 1e-5;

    /// <summary>What lambda does.</summary>
    public WeightPenalty Penalty { get; init; } = WeightPenalty.Decay;

    /// <summary>Maps the fusion sees, the tile always among them.</summary>
    public FusionMaps Maps { get; init; } = FusionMaps.All;

    /// <summary>
    /// Whether the surface is a texture without a direction, not a part with a layout: tiles are mirrored at random and moved
    /// further, and defects that are missed count no more than others.
    /// </summary>
    public bool Flips { get; init; }

    /// <summary>
    /// Whether rare kinds of surface have more than their share of tiles and, on parts with a layout, of training defects and of
    /// both losses. Where the images show nothing but texture they are stains and rims, and emphasis on them costs defects on the
    /// texture itself.
    /// </summary>
    public bool ByRarity { get; init; } = true;

    /// <summary>
    /// Tiles of 512 x 512 px per step, 1 to 64. A fusion that sees the tile alone looks at a quarter of each of four times as many.
    /// </summary>
    public int Batch { get; init; } = 2;

    /// <summary>
    /// Bundle whose networks training goes on from, at a third of the rates; null: from chance. Its network width has to be
    /// the one asked for; where its maps are others, its fusion is left aside and one begins from chance, at the full rate.
    /// The gray scale is that of the images.
    /// </summary>
    public ModelBundle? Start { get; init; }

    /// <summary>
    /// Share of the minutes that trains the reconstruction, above 0 and below 1; the rest trains the fusion. 0 leaves the
    /// reconstruction of <see cref="Start"/> as it is.
    /// </summary>
    public double ReconstructionShare { get; init; } = 0.4;

    /// <summary>Narrowest defect to look for, px, 2 to 64: with <see cref="WidestDefect"/> the one thing a person says of defects.</summary>
    public double NarrowestDefect { get; init; } = UsualNarrowestDefect;

    /// <summary>Widest defect to look for, px, from the narrowest to 64.</summary>
    public double WidestDefect { get; init; } = UsualWidestDefect;

    /// <summary>
    /// Arithmetic of the convolutions; sums, losses and updates are in single precision always. Auto is bfloat16 on a GPU. Not
    /// Float16, in which small gradients are lost.
    /// </summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Where the networks are trained. Which tiles and defects are drawn does not hang on it; a resumed training has to stay there.</summary>
    public InferenceDevice Device { get; init; } = InferenceDevice.Cpu;

    /// <summary>Folder for checkpoints; the same training found there is resumed, another one refused.</summary>
    public required string RunFolder { get; init; }

    /// <summary>The element type that <see cref="Precision"/> means where the networks are trained.</summary>
    internal ScalarType ElementType => Precision == Precision.Auto && Device == InferenceDevice.Cuda
        ? ScalarType.BFloat16
        : Precisions.Select(Precision, Device);

    /// <summary>Adds one sentence per value out of range.</summary>
    public void AddProblems(ICollection<string> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        void Require(bool holds, string name, IFormattable value, string allowed)
        {
            if (!holds)
            {
                problems.Add($"{name} is {value.ToString(null, CultureInfo.InvariantCulture)}; allowed is {allowed}.");
            }
        }

        Require(Minutes is > 0 and <= MaxMinutes, nameof(Minutes), Minutes, $"above 0 to {MaxMinutes}");
        Require(Steps is >= 0 and <= MaxSteps, nameof(Steps), Steps, $"0 to {MaxSteps}");
        Require(
            Width is >= ReconstructionLayers.MinWidth and <= ReconstructionLayers.MaxWidth,
            nameof(Width),
            Width,
            string.Create(CultureInfo.InvariantCulture, $"{ReconstructionLayers.MinWidth} to {ReconstructionLayers.MaxWidth}"));
        Require(Enum.IsDefined(Loss), nameof(Loss), Loss, string.Join(", ", Enum.GetNames<LossKind>()));
        Require(PixelTerm is >= 0 and <= MaxPixelTerm, nameof(PixelTerm), PixelTerm, $"0 to {MaxPixelTerm}");
        Require(Lambda is >= 0 and <= 1, nameof(Lambda), Lambda, "0 to 1");
        Require(Enum.IsDefined(Penalty), nameof(Penalty), Penalty, string.Join(", ", Enum.GetNames<WeightPenalty>()));
        Require(Maps.HasFlag(FusionMaps.Tile) && (Maps & ~FusionMaps.All) == 0, nameof(Maps), Maps, "Tile, with Reconstruction and RegionalChange or not");
        Require(Batch is >= 1 and <= MaxBatch, nameof(Batch), Batch, $"1 to {MaxBatch}");
        Require(
            ReconstructionShare is > 0 and < 1 || (ReconstructionShare == 0 && Start is not null),
            nameof(ReconstructionShare),
            ReconstructionShare,
            "above 0 and below 1, or 0 where training goes on from a bundle");
        if (Start is { } start && start.Manifest.Architecture.Width != Width)
        {
            problems.Add(string.Create(
                CultureInfo.InvariantCulture, $"{nameof(Width)} is {Width}; allowed is that of {start.Manifest.Name}: {start.Manifest.Architecture.Width}."));
        }

        Require(NarrowestDefect is >= MinDefectWidth and <= MaxDefectWidth, nameof(NarrowestDefect), NarrowestDefect, $"{MinDefectWidth} to {MaxDefectWidth} px");
        Require(
            WidestDefect >= NarrowestDefect && WidestDefect <= MaxDefectWidth, nameof(WidestDefect), WidestDefect, $"{nameof(NarrowestDefect)} to {MaxDefectWidth} px");

        Require(Precision is Precision.Auto or Precision.Float32 or Precision.BFloat16, nameof(Precision), Precision, "Auto, Float32 and BFloat16");
        Require(Enum.IsDefined(Device), nameof(Device), Device, string.Join(", ", Enum.GetNames<InferenceDevice>()));
        if (string.IsNullOrWhiteSpace(RunFolder))
        {
            problems.Add($"{nameof(RunFolder)} is empty; a folder is needed.");
        }
    }
}
