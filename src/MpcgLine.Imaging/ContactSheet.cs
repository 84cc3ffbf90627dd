using System.Globalization;
using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Imaging;

/// <summary>Many small pictures on one, each with its number, to be looked through by a person. Any thread; no state.</summary>
public static class ContactSheet
{
    private const int Gap = 4;
    private const byte Background = 24;
    private const int DotPixels = 3;

    /// <summary>Lays pictures out row by row, numbered from 1.</summary>
    /// <param name="pictures">At least one; what of a picture exceeds its cell is cut off.</param>
    /// <param name="cellEdge">Edge of a picture's square cell, px.</param>
    /// <param name="columns">Pictures per row.</param>
    public static GrayImage Draw(IReadOnlyList<GrayImage> pictures, int cellEdge, int columns)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentOutOfRangeException.ThrowIfZero(pictures.Count, nameof(pictures));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cellEdge);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        int step = cellEdge + Gap;
        GrayImage sheet = new(
            (Math.Min(columns, pictures.Count) * step) + Gap, ((pictures.Count + columns - 1) / columns * step) + Gap);
        Array.Fill(sheet.Pixels, Background);
        for (int i = 0; i < pictures.Count; i++)
        {
            int left = Gap + (i % columns * step), top = Gap + (i / columns * step);
            GrayImage picture = pictures[i];
            for (int y = 0; y < Math.Min(cellEdge, picture.Height); y++)
            {
                picture.Row(y)[..Math.Min(cellEdge, picture.Width)].CopyTo(sheet.Row(top + y)[left..]);
            }

            Number(sheet, left, top, cellEdge, (i + 1).ToString(CultureInfo.InvariantCulture));
        }

        return sheet;
    }

    /// <summary>White on black in the cell's upper left corner: readable on any surface.</summary>
    private static void Number(GrayImage sheet, int left, int top, int cellEdge, string text)
    {
        int wide = ((text.Length * SmallFont.Advance) + 1) * DotPixels, high = (SmallFont.Height + 2) * DotPixels;
        for (int y = 0; y < Math.Min(high, cellEdge); y++)
        {
            for (int x = 0; x < Math.Min(wide, cellEdge); x++)
            {
                int letter = (x / DotPixels) - 1, row = (y / DotPixels) - 1;
                bool isInk = letter >= 0 && row is >= 0 and < SmallFont.Height && letter % SmallFont.Advance < SmallFont.Width
                    && SmallFont.IsInk(text[letter / SmallFont.Advance], letter % SmallFont.Advance, row);
                sheet[left + x, top + y] = isInk ? (byte)255 : (byte)0;
            }
        }
    }
}
