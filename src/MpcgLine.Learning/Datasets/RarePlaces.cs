using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Learning.Datasets;

/// <summary>Draws places on the good images, each kind of surface as often as <see cref="SurfaceCensus.Weights"/> says. Immutable; any thread.</summary>
internal sealed class RarePlaces
{
    private readonly IReadOnlyList<NamedImage> _images;
    private readonly int[] _firstCell;
    private readonly double[] _cumulative;

    /// <summary>Weighs the cells of all images, each at least a cell in size.</summary>
    public RarePlaces(IReadOnlyList<NamedImage> images, SurfaceCensus census)
    {
        _images = images;
        _firstCell = new int[images.Count + 1];
        for (int i = 0; i < images.Count; i++)
        {
            _firstCell[i + 1] = checked(_firstCell[i] + (Columns(images[i].Image) * (images[i].Image.Height / SurfaceCensus.Cell)));
        }

        _cumulative = new double[_firstCell[^1]];
        double sum = 0;
        for (int i = 0; i < images.Count; i++)
        {
            int cell = _firstCell[i];
            foreach (float weight in census.Weights(images[i].Image.Pixels, images[i].Image.Width))
            {
                sum += weight;
                _cumulative[cell++] = sum;
            }
        }
    }

    /// <summary>Image and pixel of the drawn cell's middle.</summary>
    public (int Image, int X, int Y) Draw(Random random)
    {
        int found = Array.BinarySearch(_cumulative, random.NextDouble() * _cumulative[^1]);
        int cell = Math.Min(found < 0 ? ~found : found, _cumulative.Length - 1);
        int image = Array.BinarySearch(_firstCell, cell);
        image = image < 0 ? ~image - 1 : image;
        (int x, int y) = Origin(_images[image].Image, cell - _firstCell[image]);
        return (image, x + (SurfaceCensus.Cell / 2), y + (SurfaceCensus.Cell / 2));
    }

    private static int Columns(GrayImage image) => image.Width / SurfaceCensus.Cell;

    private static (int X, int Y) Origin(GrayImage image, int cell) =>
        (cell % Columns(image) * SurfaceCensus.Cell, cell / Columns(image) * SurfaceCensus.Cell);
}
