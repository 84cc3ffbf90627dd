using MpcgLine.Inspection.Primitives;
using MpcgLine.Simulation;

namespace MpcgLine.UnitTests.Simulation;

public sealed class PartPoseTests
{
    [Fact]
    public void ToPartMillimetres_TiltedPart_HandWorkedPlace()
    {
        // sin and cos of the turn are 0.6 and 0.8. 400 columns of 10 um are 4 mm across, 100 rows of 20 um are 2 mm
        // along; turned back: x = 0.8 * 4 + 0.6 * 2 = 4.4 mm, y = 0.8 * 2 - 0.6 * 4 = -0.8 mm.
        PartPose pose = new(50, 30, Math.Asin(0.6));

        (double x, double y) = pose.ToPartMillimetres(450, 130, new PixelPitch(10, 20));

        Assert.Equal(4.4, x, 9);
        Assert.Equal(-0.8, y, 9);
    }

    [Fact]
    public void Defects_TiltedPart_MillimetresAreThoseOfTheirCentroid()
    {
        PixelPitch pitch = new(12, 15);
        SimulatedPanel panel = new(new PanelSimulationOptions { Width = 800, Length = 900, PixelPitch = pitch, DefectCount = 4 });

        Assert.NotEqual(0, panel.PartPose.RotationRadians);
        foreach (TrueDefect defect in panel.Defects)
        {
            double across = (defect.CentroidX - panel.PartPose.CornerX) * 0.012;
            double along = (defect.CentroidY - panel.PartPose.CornerY) * 0.015;
            double turn = panel.PartPose.RotationRadians;
            Assert.Equal((across * Math.Cos(turn)) + (along * Math.Sin(turn)), defect.CentroidXMillimetres, 9);
            Assert.Equal((along * Math.Cos(turn)) - (across * Math.Sin(turn)), defect.CentroidYMillimetres, 9);
        }
    }

    [Fact]
    public void SurfaceAt_TiltedPart_EdgesLieWherePoseSays()
    {
        // Straight edges, away from the rounded corners; the part's edge itself wanders by half a pixel.
        SimulatedPanel panel = new(new PanelSimulationOptions { Width = 1000, Length = 1200, Seed = 9, DefectCount = 0 });
        double turn = panel.PartPose.RotationRadians;
        foreach (int along in new[] { 200, 600, 1000 })
        {
            double left = panel.PartPose.CornerX - (along * Math.Tan(turn));
            int row = (int)(panel.PartPose.CornerY + along);
            Assert.Equal(SurfaceKind.Surroundings, panel.SurfaceAt((int)Math.Floor(left - 2), row));
            Assert.NotEqual(SurfaceKind.Surroundings, panel.SurfaceAt((int)Math.Ceiling(left + 2), row));
        }
    }

    [Fact]
    public void Render_PitchesDiffer_LensIsRoundOnThePart()
    {
        SimulatedPanel panel = new(new PanelSimulationOptions { Width = 1024, Length = 1024, PixelPitch = new PixelPitch(10, 16), DefectCount = 0 });
        int left = int.MaxValue, right = 0, top = int.MaxValue, bottom = 0;
        for (int y = 0; y < panel.Length; y++)
        {
            for (int x = 0; x < panel.Width; x++)
            {
                if (panel.SurfaceAt(x, y) == SurfaceKind.Lens)
                {
                    (left, right) = (Math.Min(left, x), Math.Max(right, x));
                    (top, bottom) = (Math.Min(top, y), Math.Max(bottom, y));
                }
            }
        }

        double across = (right - left + 1) * 10.0;
        double along = (bottom - top + 1) * 16.0;
        // One pixel of either pitch.
        Assert.InRange(along - across, -26, 26);
    }
}
