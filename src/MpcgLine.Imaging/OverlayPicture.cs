using System.Globalization;
using System.Runtime.InteropServices;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Regions;
using SkiaSharp;

namespace MpcgLine.Imaging;

/// <summary>
/// A picture of an image with its defects boxed, as a colour PNG: orange for bright, cyan for dark ones, each labelled
/// with class and score; true regions, where known, boxed in green. Any thread; no state.
/// </summary>
public static class OverlayPicture
{
    /// <summary>Default longest side; larger images are halved until they fit.</summary>
    public const int DefaultLongestSide = 4096;

    // A box drawn on the defect's own border would hide it.
    private const int Gap = 4;

    private const uint Orange = 0xFF00A5FF;
    private const uint Cyan = 0xFFFFDC00;
    private const uint Green = 0xFF50D250;

    /// <summary>Draws and writes; an existing file is replaced once the new one is complete.</summary>
    /// <param name="path">File to write.</param>
    /// <param name="image">The image; read only.</param>
    /// <param name="defects">Defects in px of the image.</param>
    /// <param name="truth">True regions in px of the image; null or empty where unknown.</param>
    /// <param name="longestSide">Longest side of the picture, px.</param>
    /// <exception cref="ImageFileException">The file can't be written.</exception>
    public static void WritePng(
        string path,
        GrayImage image,
        IReadOnlyList<Defect> defects,
        IReadOnlyList<PixelBox>? truth = null,
        int longestSide = DefaultLongestSide)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(defects);
        int factor = 1;
        while (Math.Max(image.Width, image.Height) / factor > longestSide)
        {
            factor *= 2;
        }

        Canvas canvas = Canvas.Of(image, factor);
        foreach (PixelBox box in truth ?? [])
        {
            canvas.Frame(Scaled(box, factor, 2 * Gap), Green, 1);
        }

        foreach (Defect defect in defects)
        {
            uint colour = defect.Polarity == Polarity.Bright ? Orange : Cyan;
            PixelBox box = Scaled(defect.Box, factor, Gap);
            canvas.Frame(box, colour, 2);
            canvas.Label(box, Label(defect), colour);
        }

        Write(path, canvas);
    }

    private static string Label(Defect defect) => string.Create(
        CultureInfo.InvariantCulture, $"{(defect.Class == DefectClass.Strip ? "STRIP" : "DOT")} {defect.Score:0.0}");

    private static PixelBox Scaled(PixelBox box, int factor, int gap)
    {
        int left = (box.X / factor) - gap;
        int top = (box.Y / factor) - gap;
        return new PixelBox(left, top, ((box.Right + factor - 1) / factor) + gap - left, ((box.Bottom + factor - 1) / factor) + gap - top);
    }

    private static void Write(string path, Canvas canvas)
    {
        string unfinished = path + ".part";
        GCHandle pinned = GCHandle.Alloc(canvas.Pixels, GCHandleType.Pinned);
        try
        {
            SKImageInfo layout = new(canvas.Width, canvas.Height, SKColorType.Rgb888x, SKAlphaType.Opaque);
            using SKPixmap pixmap = new(layout, pinned.AddrOfPinnedObject(), canvas.Width * sizeof(uint));
            using (FileStream stream = File.Create(unfinished))
            {
                if (!pixmap.Encode(stream, SKEncodedImageFormat.Png, 100))
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
        finally
        {
            pinned.Free();
        }
    }

    /// <summary>Pixels as R, G, B and an unused byte in memory order.</summary>
    private sealed class Canvas(int width, int height)
    {
        private const int GlyphScale = 2;

        public int Width { get; } = width;

        public int Height { get; } = height;

        public uint[] Pixels { get; } = new uint[(long)width * height];

        /// <summary>The image at 1/factor of its size, each pixel the mean of those it stands for.</summary>
        public static Canvas Of(GrayImage image, int factor)
        {
            Canvas canvas = new(Math.Max(1, image.Width / factor), Math.Max(1, image.Height / factor));
            for (int y = 0; y < canvas.Height; y++)
            {
                for (int x = 0; x < canvas.Width; x++)
                {
                    canvas.Pixels[(y * canvas.Width) + x] = 0xFF000000 | (0x010101 * (uint)Mean(image, x * factor, y * factor, factor));
                }
            }

            return canvas;
        }

        public void Frame(PixelBox box, uint colour, int thickness)
        {
            Fill(new PixelBox(box.X, box.Y, box.Width, thickness), colour);
            Fill(new PixelBox(box.X, box.Bottom - thickness, box.Width, thickness), colour);
            Fill(new PixelBox(box.X, box.Y, thickness, box.Height), colour);
            Fill(new PixelBox(box.Right - thickness, box.Y, thickness, box.Height), colour);
        }

        /// <summary>Writes above the box, or below where there is no room, on black: readable on any surface.</summary>
        public void Label(PixelBox box, string text, uint colour)
        {
            int wide = (text.Length * SmallFont.Advance * GlyphScale) + GlyphScale;
            int high = (SmallFont.Height + 2) * GlyphScale;
            int x = Math.Clamp(box.X, 0, Math.Max(0, Width - wide));
            int y = box.Y >= high ? box.Y - high : Math.Min(box.Bottom, Math.Max(0, Height - high));
            Fill(new PixelBox(x, y, wide, high), 0xFF000000);
            for (int i = 0; i < text.Length; i++)
            {
                Glyph(x + GlyphScale + (i * SmallFont.Advance * GlyphScale), y + GlyphScale, text[i], colour);
            }
        }

        private void Glyph(int left, int top, char letter, uint colour)
        {
            for (int y = 0; y < SmallFont.Height; y++)
            {
                for (int x = 0; x < SmallFont.Width; x++)
                {
                    if (SmallFont.IsInk(letter, x, y))
                    {
                        Fill(new PixelBox(left + (x * GlyphScale), top + (y * GlyphScale), GlyphScale, GlyphScale), colour);
                    }
                }
            }
        }

        private void Fill(PixelBox box, uint colour)
        {
            int from = Math.Clamp(box.X, 0, Width);
            int to = Math.Clamp(box.Right, from, Width);
            for (int y = Math.Max(0, box.Y); y < Math.Min(Height, box.Bottom); y++)
            {
                Pixels.AsSpan((y * Width) + from, to - from).Fill(colour);
            }
        }

        private static int Mean(GrayImage image, int left, int top, int factor)
        {
            if (factor == 1)
            {
                return image[left, top];
            }

            int sum = 0;
            int count = 0;
            for (int y = top; y < Math.Min(top + factor, image.Height); y++)
            {
                for (int x = left; x < Math.Min(left + factor, image.Width); x++)
                {
                    sum += image[x, y];
                    count++;
                }
            }

            return sum / count;
        }
    }
}
