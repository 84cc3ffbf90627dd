using MpcgLine.Inspection.Primitives;
using MpcgLine.Simulation;
using MpcgLine.Simulation.Noise;

namespace MpcgLine.UnitTests.Simulation;

public sealed class DeviationTests
{
    [Fact]
    public void Gaussian_ManyValues_StandardNormalMoments()
    {
        float[] row = new float[40_000];
        Gaussian.FillRow(7, 3, 0, row);

        double mean = row.Average();
        double variance = row.Average(value => (value - mean) * (value - mean));

        // Four standard errors: 4 / 200 and 4 * sqrt(2) / 200.
        Assert.InRange(mean, -0.02, 0.02);
        Assert.InRange(variance, 0.97, 1.03);
        Assert.InRange(row.Max(), 3.5f, 4.6f);
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(5, 7)]
    public void LatticeNoise_ManyValues_UnitVarianceFromAnyColumn(int stepX, int stepY)
    {
        LatticeNoise noise = new(5, stepX, stepY);
        float[] nodes = new float[2000];
        double sum = 0;
        float[] whole = new float[1500];
        for (int row = 0; row < 400; row++)
        {
            noise.FillRow(row, 0, whole, nodes);
            sum += whole.Sum(value => (double)value * value);
            float[] part = new float[97];
            noise.FillRow(row, 211, part, nodes);
            Assert.Equal(whole[211..308], part);
        }

        Assert.InRange(sum / (400 * 1500), 0.93, 1.07);
    }

    [Fact]
    public void ContrastToNoise_MeasuredOnRenderedPanels_IsWhatTruthSays()
    {
        // On uniform blocks the surface's mean is flat, so the clean image's deviation is that of texture and noise.
        PanelSequence sequence = new(new PanelSimulationOptions { Width = 1024, Length = 1024, Seed = 77 }, 40, 0);
        List<double> ratios = [];
        foreach (SimulatedPanel panel in sequence)
        {
            SimulatedPanel clean = new(panel.Options with { DefectCount = 0 });
            foreach (TrueDefect defect in panel.Defects.Where(d => d.Surface == SurfaceKind.UniformBlock && d.Box.Width <= 40 && IsAlone(clean, d.Box)))
            {
                ratios.Add(defect.ContrastGray / Deviation(clean, defect.Box) / defect.ContrastToNoise);
            }
        }

        Assert.True(ratios.Count >= 10, $"{ratios.Count} defects on one surface only.");
        // The median: a few boxes reach over the thin arc, which has the same kind of surface and another level.
        ratios.Sort();
        Assert.True(ratios[ratios.Count / 2] is > 0.9 and < 1.1, string.Join(' ', ratios.Select(ratio => $"{ratio:0.00}")));
    }

    private static bool IsAlone(SimulatedPanel panel, PixelBox box)
    {
        for (int y = box.Y - 8; y < box.Bottom + 8; y++)
        {
            for (int x = box.X - 8; x < box.Right + 8; x++)
            {
                if (panel.SurfaceAt(x, y) != SurfaceKind.UniformBlock)
                {
                    return false;
                }
            }
        }

        return panel.SurfaceAt(box.X - 30, box.Y) == SurfaceKind.UniformBlock && panel.SurfaceAt(box.Right + 30, box.Y) == SurfaceKind.UniformBlock;
    }

    private static double Deviation(SimulatedPanel panel, PixelBox box)
    {
        int height = box.Height + 12;
        byte[] rows = new byte[height * panel.Width];
        panel.RenderRows(box.Y - 6, height, rows);
        double sum = 0, squares = 0, count = 0;
        for (int y = 0; y < height; y++)
        {
            for (int x = box.X - 6; x < box.Right + 6; x++)
            {
                double gray = rows[(y * panel.Width) + x];
                (sum, squares, count) = (sum + gray, squares + (gray * gray), count + 1);
            }
        }

        return Math.Sqrt((squares / count) - (sum / count * (sum / count)));
    }
}
