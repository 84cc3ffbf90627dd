using System.Text.Json;
using MpcgLine.Inspection.Regions;
using MpcgLine.Simulation;

namespace MpcgLine.Service.Records;

/// <summary>
/// <c>panel-N.json</c>: what is true of a simulated panel. Coordinates in px of the panel, pixel centres at whole numbers;
/// a region's pixels are those of the mask (255) inside its box.
/// </summary>
/// <param name="Panel">Number, from 1.</param>
/// <param name="Image">File of the panel, 8-bit gray.</param>
/// <param name="Mask">File of the mask: 255 on defects, else 0.</param>
/// <param name="Seed">Seed of this panel.</param>
/// <param name="Width">Columns.</param>
/// <param name="Length">Lines.</param>
/// <param name="PixelPitchMicrometres">Pixel size across and along.</param>
/// <param name="CornerRadius">Radius of the part's corners, px across, as <c>--corner-radius</c> takes it.</param>
/// <param name="Regions">True defects; none on a clean panel.</param>
internal sealed record PanelTruth(
    int Panel,
    string Image,
    string Mask,
    ulong Seed,
    int Width,
    int Length,
    double[] PixelPitchMicrometres,
    double CornerRadius,
    IReadOnlyList<TruthRegion> Regions)
{
    public static PanelTruth Of(int number, SimulatedPanel panel) => new(
        number,
        $"panel-{number}.png",
        $"panel-{number}-mask.png",
        panel.Options.Seed,
        panel.Width,
        panel.Length,
        [panel.Options.PixelPitch.XMicrometres, panel.Options.PixelPitch.YMicrometres],
        panel.Options.CornerRadiusPixels,
        [.. panel.Defects.Select(TruthRegion.Of)]);

    public void Write(string path) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this, JsonForm.Indented));
}

/// <summary>One true defect.</summary>
/// <param name="Box">x, y, width, height.</param>
/// <param name="Area">Pixels.</param>
/// <param name="Centroid">x, y.</param>
/// <param name="CentroidMm">x, y on the part, from its leading-left corner, rotation corrected.</param>
/// <param name="Kind">Shape.</param>
/// <param name="Polarity">Dark or bright.</param>
/// <param name="WidthPixels">Mean width.</param>
/// <param name="ContrastGray">Mean difference it makes, gray levels.</param>
/// <param name="ContrastToNoise">That over the surface's own deviation.</param>
/// <param name="Surface">Surface it lies on.</param>
internal sealed record TruthRegion(
    int[] Box,
    int Area,
    double[] Centroid,
    double[] CentroidMm,
    TrueDefectKind Kind,
    Polarity Polarity,
    double WidthPixels,
    double ContrastGray,
    double ContrastToNoise,
    SurfaceKind Surface)
{
    public static TruthRegion Of(TrueDefect defect) => new(
        JsonForm.Box(defect.Box),
        defect.AreaPixels,
        [JsonForm.Round(defect.CentroidX), JsonForm.Round(defect.CentroidY)],
        [JsonForm.Round(defect.CentroidXMillimetres), JsonForm.Round(defect.CentroidYMillimetres)],
        defect.Kind,
        defect.Polarity,
        JsonForm.Round(defect.WidthPixels),
        JsonForm.Round(defect.ContrastGray),
        JsonForm.Round(defect.ContrastToNoise),
        defect.Surface);
}
