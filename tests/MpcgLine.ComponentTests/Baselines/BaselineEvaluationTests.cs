using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Learning.Baselines;
using MpcgLine.Learning.Calibration;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Evaluation;
using MpcgLine.Learning.Training;

namespace MpcgLine.ComponentTests.Baselines;

/// <summary>A baseline from good images to figures, by the program's own calibration and evaluation; no tensors.</summary>
public sealed class BaselineEvaluationTests : IDisposable
{
    private const int Width = 400, Height = 300, Diameter = 16;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mpcgline-methods-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Evaluate_PhotOnAPeriodicTexture_FindsTheBlobsAtTheCalibratedThreshold()
    {
        for (int i = 0; i < 16; i++)
        {
            Write($"train/good/{i}.png", Texture(i));
        }

        for (int i = 0; i < 2; i++)
        {
            Write($"test/good/{i}.png", Texture(20 + i));
            GrayImage image = Texture(30 + i), mask = new(Width, Height);
            Dot(image, 100 + (90 * i), 150, pixel => (byte)(pixel + 40));
            Dot(mask, 100 + (90 * i), 150, _ => 255);
            Write($"test/defect/{i}.png", image);
            Write($"test/masks/{i}.png", mask);
        }

        GoodImages good = GoodImages.FromFolder(Path.Combine(_folder.FullName, "train", "good"));
        Baseline phot = BaselineTrainer.Train(
            InspectionMethod.Phot, good, new TrainingOptions { RunFolder = "none" }, new Progress<TrainingProgress>(), TestContext.Current.CancellationToken);
        using MethodInspector inspector = MethodInspector.Open(phot);
        CalibratedThreshold threshold = Calibrator.Calibrate(
            inspector, good.HeldOut, "test", new CalibrationOptions(), inspected: null, TestContext.Current.CancellationToken);
        using MemoryStream scratch = new();
        EvaluationResult result = Evaluator.Evaluate(
            inspector, threshold.Threshold, TestImages.FromFolder(_folder.FullName), new EdgeOptions(), scratch, progress: null, TestContext.Current.CancellationToken);

        Assert.Equal(4, threshold.Parts);
        Assert.Empty(result.Problems);
        Assert.Equal(1, RankMetrics.Auroc(result.ImageScores));
        Assert.Equal(threshold.Threshold, result.Calibrated.Threshold);
        Assert.Equal((2, 2), (result.Calibrated.TrueRegions, result.Calibrated.Found));
        Assert.Equal(2, result.Calibrated.Right);
        Assert.Equal(1, result.Best.F1);

        using CancellationTokenSource stop = new();
        using MemoryStream unused = new();
        Assert.Throws<OperationCanceledException>(() => Evaluator.Evaluate(
            inspector, threshold.Threshold, TestImages.FromFolder(_folder.FullName), new EdgeOptions(), unused, new StopAt(3, stop), stop.Token));
    }

    /// <summary>Cancels when so many steps are done.</summary>
    private sealed class StopAt(int steps, CancellationTokenSource stop) : IProgress<int>
    {
        public void Report(int value)
        {
            Assert.True(value <= steps, $"step {value} was done after the cancellation");
            if (value == steps)
            {
                stop.Cancel();
            }
        }
    }

    private static GrayImage Texture(int seed)
    {
        Random random = new(seed);
        GrayImage image = new(Width, Height);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            double wave = (25 * Math.Sin(2 * Math.PI * (i % Width) / 16)) + (25 * Math.Sin(2 * Math.PI * (i / Width) / 16));
            image.Pixels[i] = (byte)Math.Round(120 + wave + random.Next(-5, 6));
        }

        return image;
    }

    private static void Dot(GrayImage image, int centreX, int centreY, Func<byte, byte> paint)
    {
        for (int y = -Diameter / 2; y <= Diameter / 2; y++)
        {
            for (int x = -Diameter / 2; x <= Diameter / 2; x++)
            {
                if ((x * x) + (y * y) <= Diameter * Diameter / 4)
                {
                    image[centreX + x, centreY + y] = paint(image[centreX + x, centreY + y]);
                }
            }
        }
    }

    private void Write(string name, GrayImage image)
    {
        string path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        GrayImageFile.WritePng(path, image);
    }
}
