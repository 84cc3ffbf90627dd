using MpcgLine.Learning.Datasets.Reports;
using MpcgLine.Service.Records;

namespace MpcgLine.Service.Datasets;

/// <summary>A suspect as it is written; numbers begin at 1 and are those on the contact sheet.</summary>
internal sealed record SuspectEntry(
    int Number, string Name, bool IsOutlier, double Score, double ScoreDeviations, double Residual, double ResidualDeviations, int X, int Y)
{
    public static SuspectEntry Of(int number, Suspect suspect) => new(
        number,
        suspect.Name,
        suspect.IsOutlier,
        JsonForm.Round(suspect.Score),
        JsonForm.Round(suspect.ScoreDeviations),
        JsonForm.Round(suspect.Residual),
        JsonForm.Round(suspect.ResidualDeviations),
        suspect.X,
        suspect.Y);
}
