using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Losses;

namespace MpcgLine.Learning.Training;

/// <summary>What a person says of a training.</summary>
public sealed record TrainingOptions
{
    /// <summary>Minutes for both networks together, above 0; turned into steps once, from the pace of the first ones.</summary>
    public double Minutes { get; init; } = 30;

    /// <summary>Steps of each network instead of minutes; 0: minutes rule.</summary>
    public int Steps { get; init; }

    /// <summary>Seed of all chance.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Width factor of the reconstruction network.</summary>
    public double Width { get; init; } = 0.5;

    /// <summary>Loss of the reconstruction.</summary>
    public LossKind Loss { get; init; } = LossKind.WeightedSsim;

    /// <summary>Weight of the mean absolute error added to the loss, 0..100; 0: the loss as printed.</summary>
    public double PixelTerm { get; init; } = 4;

    /// <summary>Maps the fusion sees.</summary>
    public FusionMaps Maps { get; init; } = FusionMaps.All;

    /// <summary>Whether tiles are mirrored at random: for textures without a direction, never for parts with a layout.</summary>
    public bool Flips { get; init; }

    /// <summary>Tiles per step.</summary>
    public int Batch { get; init; } = 2;

    /// <summary>Share of the minutes that trains the reconstruction; the rest trains the fusion.</summary>
    public double ReconstructionShare { get; init; } = 0.3;

    /// <summary>Arithmetic of the convolutions; sums, losses and updates are in single precision always.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Folder for checkpoints; a training found there is resumed.</summary>
    public required string RunFolder { get; init; }
}
