using MpcgLine.Inspection.Primitives;
using MpcgLine.Learning.Datasets.Reports;

namespace MpcgLine.UnitTests.Datasets.Reports;

public sealed class ThumbnailTests
{
    [Fact]
    public void Resemblance_SamePlaceUnderOtherLightAndNoise_IsHighAndOfAnotherPartLow()
    {
        Thumbnail one = Thumbnail.Of(Surface(seed: 1)), again = Thumbnail.Of(Surface(seed: 1, gain: 0.8, slope: 0.1, noiseSeed: 5));
        Thumbnail other = Thumbnail.Of(Surface(seed: 2, slope: 0.1));

        Assert.InRange(one.Resemblance(one), 0.9999f, 1.0001f);
        Assert.InRange(one.Resemblance(again), (float)DatasetReport.ResemblesFrom, 1);
        Assert.InRange(one.Resemblance(other), -0.5f, 0.5f);
        // Another size of the same picture is compared too.
        Assert.InRange(one.Resemblance(Thumbnail.Of(Halved(Surface(seed: 1)))), (float)DatasetReport.ResemblesFrom, 1);
    }

    [Fact]
    public void WithoutCommonView_LayoutOnEveryImage_NoLongerMakesThemResemble()
    {
        // A layout of high contrast over each part's own texture; the last shows the first part again.
        Thumbnail[] parts = [.. ((int[])[1, 2, 3, 4, 5, 1]).Select((seed, i) =>
        {
            GrayImage image = Surface(seed, gain: 0.5, noiseSeed: i);
            for (int y = 100; y < 160; y++)
            {
                image.Row(y).Slice(60, 90).Fill(250);
            }

            return Thumbnail.Of(image);
        })];
        IReadOnlyList<Thumbnail> own = Thumbnail.WithoutCommonView(parts);

        Assert.InRange(parts[0].Resemblance(parts[1]), (float)DatasetReport.ResemblesFrom, 1);
        Assert.InRange(own[0].Resemblance(own[1]), -1, 0.5f);
        Assert.InRange(own[0].Resemblance(own[5]), (float)DatasetReport.ResemblesFrom, 1);
    }

    [Fact]
    public void Resemblance_Flat_IsNone() => Assert.Equal(0, Thumbnail.Of(new GrayImage(40, 40)).Resemblance(Thumbnail.Of(Surface(seed: 1))));

    /// <summary>Blotches of 10 px under light that falls off to one side, with sensor noise.</summary>
    private static GrayImage Surface(int seed, double gain = 1, double slope = 0, int noiseSeed = 0)
    {
        const int edge = 320, blotch = 10;
        Random random = new(seed), noise = new(noiseSeed);
        double[] blotches = [.. Enumerable.Range(0, edge / blotch * (edge / blotch)).Select(_ => 110 + (30 * random.NextDouble()))];
        GrayImage image = new(edge, edge);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            int x = i % edge, y = i / edge;
            double level = blotches[(y / blotch * (edge / blotch)) + (x / blotch)];
            image.Pixels[i] = (byte)Math.Clamp((gain * level) + (slope * x) + (8 * (noise.NextDouble() - 0.5)), 0, 255);
        }

        return image;
    }

    private static GrayImage Halved(GrayImage image)
    {
        GrayImage half = new(image.Width / 2, image.Height / 2);
        for (int i = 0; i < half.Pixels.Length; i++)
        {
            half.Pixels[i] = image[i % half.Width * 2, i / half.Width * 2];
        }

        return half;
    }
}
