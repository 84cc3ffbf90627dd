using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;

namespace MpcgLine.UnitTests.Imaging;

public sealed class ContactSheetTests
{
    [Fact]
    public void Draw_MorePicturesThanColumns_LaysThemOutRowByRowWithANumberEach()
    {
        GrayImage[] pictures = [.. Enumerable.Range(0, 3).Select(i => Flat(30, 60, (byte)(100 + i)))];

        GrayImage sheet = ContactSheet.Draw(pictures, cellEdge: 40, columns: 2);

        Assert.Equal((4 + (2 * 44), 4 + (2 * 44)), (sheet.Width, sheet.Height));
        // Beneath the number, at the lower end of each cell.
        Assert.Equal([100, 101, 102], [sheet[4 + 5, 43], sheet[48 + 5, 43], sheet[4 + 5, 48 + 39]]);
        // A picture narrower than its cell leaves the background.
        Assert.Equal(24, sheet[4 + 35, 43]);
        // White ink on black in the corner.
        Assert.Equal([(byte)0, (byte)255], sheet.Row(8)[4..16].ToArray().Distinct().Order());
    }

    private static GrayImage Flat(int width, int height, byte level)
    {
        GrayImage image = new(width, height);
        Array.Fill(image.Pixels, level);
        return image;
    }
}
