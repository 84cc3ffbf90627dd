namespace MpcgLine.Learning.Datasets.Reports;

/// <summary>How much a model is surprised by an image said to be good.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="Score">Its highest score of the learned fusion.</param>
/// <param name="ScoreDeviations">How many deviations that lies above the images' median; deviations are taken from the median absolute one.</param>
/// <param name="Residual">Largest mean residual of one of its tiles, gray levels: what the reconstruction could not explain.</param>
/// <param name="ResidualDeviations">How many deviations that lies above the images' median.</param>
/// <param name="X">Column of the highest score, px.</param>
/// <param name="Y">Row of the highest score, px.</param>
public sealed record Suspect(
    string Name, double Score, double ScoreDeviations, double Residual, double ResidualDeviations, int X, int Y)
{
    /// <summary>From here on an image stands out (Iglewicz and Hoaglin, 1993).</summary>
    public const double OutlierFrom = 3.5;

    /// <summary>The larger of the two.</summary>
    public double Deviations => Math.Max(ScoreDeviations, ResidualDeviations);

    /// <summary>Whether a person should look at it.</summary>
    public bool IsOutlier => Deviations >= OutlierFrom;
}
