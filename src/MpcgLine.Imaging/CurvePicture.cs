using System.Globalization;
using SkiaSharp;

namespace MpcgLine.Imaging;

/// <summary>
/// Curves over a common axis as a PNG, both axes with numbers; the vertical one is logarithmic, as losses fall. Any
/// thread; no state.
/// </summary>
public static class CurvePicture
{
    private const int Width = 900, Height = 480, Left = 90, Right = 20, Top = 20, Bottom = 50, Dot = 2;

    private const int Ticks = 5;

    private static readonly SKColor[] Colours = [new(0x1F, 0x77, 0xB4), new(0xD6, 0x27, 0x28), new(0x2C, 0xA0, 0x2C), new(0xFF, 0x7F, 0x0E)];

    /// <summary>Draws and writes; an existing file is replaced once the new one is complete.</summary>
    /// <param name="path">File to write.</param>
    /// <param name="curves">Points of each curve, x ascending and y above 0; colours are blue, red, green, orange, in this order and again.</param>
    /// <exception cref="ImageFileException">The file can't be written.</exception>
    public static void WritePng(string path, IReadOnlyList<IReadOnlyList<(double X, double Y)>> curves)
    {
        ArgumentNullException.ThrowIfNull(curves);
        (double X, double Y)[] all = [.. curves.SelectMany(c => c).Where(p => p.Y > 0)];
        Axis across = Axis.Over(all.Select(p => p.X)), up = Axis.Over(all.Select(p => Math.Log10(p.Y)));
        SKPoint Place((double X, double Y) p) => new(
            (float)(Left + (across.Share(p.X) * (Width - Left - Right))),
            (float)(Height - Bottom - (up.Share(Math.Log10(p.Y)) * (Height - Top - Bottom))));
        using SKBitmap bitmap = new(Width, Height, SKColorType.Rgb888x, SKAlphaType.Opaque);
        using (SKCanvas canvas = new(bitmap))
        {
            canvas.Clear(SKColors.White);
            for (int i = 0; i <= Ticks; i++)
            {
                double x = across.At((double)i / Ticks), y = Math.Pow(10, up.At((double)i / Ticks));
                SKPoint corner = Place((x, y));
                Line(canvas, SKColors.LightGray, new SKPoint(corner.X, Top), new SKPoint(corner.X, Height - Bottom));
                Line(canvas, SKColors.LightGray, new SKPoint(Left, corner.Y), new SKPoint(Width - Right, corner.Y));
                Text(canvas, x.ToString("0", CultureInfo.InvariantCulture), (int)corner.X - 20, Height - Bottom + 12);
                Text(canvas, y.ToString("0.0000", CultureInfo.InvariantCulture), 16, (int)corner.Y - 5);
            }

            for (int i = 0; i < curves.Count; i++)
            {
                SKPoint[] points = [.. curves[i].Where(p => p.Y > 0).Select(Place)];
                foreach ((SKPoint from, SKPoint to) in points.Zip(points.Skip(1)))
                {
                    Line(canvas, Colours[i % Colours.Length], from, to, 2);
                }
            }
        }

        Write(path, bitmap);
    }

    private static void Line(SKCanvas canvas, SKColor colour, SKPoint from, SKPoint to, float thickness = 1)
    {
        using SKPaint paint = new() { Color = colour, StrokeWidth = thickness, IsAntialias = true };
        canvas.DrawLine(from, to, paint);
    }

    private static void Text(SKCanvas canvas, string text, int left, int top)
    {
        using SKPaint paint = new() { Color = SKColors.Black };
        for (int i = 0; i < text.Length * SmallFont.Advance * SmallFont.Height; i++)
        {
            int x = i / SmallFont.Height, y = i % SmallFont.Height, column = x % SmallFont.Advance;
            if (column < SmallFont.Width && SmallFont.IsInk(text[x / SmallFont.Advance], column, y))
            {
                canvas.DrawRect(left + (x * Dot), top + (y * Dot), Dot, Dot, paint);
            }
        }
    }

    private static void Write(string path, SKBitmap bitmap)
    {
        string unfinished = path + ".part";
        try
        {
            using (FileStream stream = File.Create(unfinished))
            {
                if (!bitmap.Encode(stream, SKEncodedImageFormat.Png, 100))
                {
                    throw new ImageFileException(path, "the PNG encoder failed");
                }
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImageFileException(path, $"can't be written: {e.Message}", e);
        }
    }

    /// <summary>A range of values along one side of the picture.</summary>
    private readonly record struct Axis(double Least, double Most)
    {
        public static Axis Over(IEnumerable<double> values)
        {
            double[] known = [.. values.DefaultIfEmpty(0)];
            return new Axis(known.Min(), Math.Max(known.Max(), known.Min() + 1e-6));
        }

        public double Share(double value) => (value - Least) / (Most - Least);

        public double At(double share) => Least + (share * (Most - Least));
    }
}
