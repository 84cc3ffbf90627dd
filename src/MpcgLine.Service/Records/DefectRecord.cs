using MpcgLine.Inspection.Regions;

namespace MpcgLine.Service.Records;

/// <summary>
/// One line of <c>defects.jsonl</c>. Coordinates in px of the image, pixel centres at whole numbers.
/// </summary>
/// <param name="Image">Path of the image as it was found.</param>
/// <param name="Box">x, y, width, height.</param>
/// <param name="Centroid">x, y.</param>
/// <param name="Area">Defective pixels.</param>
/// <param name="Contrast">Mean difference to the reconstruction, gray levels.</param>
/// <param name="Polarity">Dark or bright.</param>
/// <param name="Score">Highest score.</param>
/// <param name="Threshold">Limit of the score.</param>
/// <param name="Class">Dot or strip.</param>
internal sealed record DefectRecord(
    string Image,
    int[] Box,
    double[] Centroid,
    int Area,
    double Contrast,
    Polarity Polarity,
    double Score,
    double Threshold,
    DefectClass Class)
{
    public static DefectRecord Of(string image, Defect defect) => new(
        image,
        JsonForm.Box(defect.Box),
        [JsonForm.Round(defect.CentroidX), JsonForm.Round(defect.CentroidY)],
        defect.AreaPixels,
        JsonForm.Round(defect.Contrast),
        defect.Polarity,
        JsonForm.Round(defect.Score),
        JsonForm.Round(defect.Threshold),
        defect.Class);
}
