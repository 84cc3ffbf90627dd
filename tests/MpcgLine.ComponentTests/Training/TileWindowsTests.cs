using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Training;

[Collection(TensorTests.Name)]
public sealed class TileWindowsTests
{
    // Two small images, the second one mirrored.
    private static readonly TilePlace[] Places =
    [
        new(512, new TileAxis(128), new TileAxis(100), -32, -40, false, false),
        new(512, new TileAxis(110), new TileAxis(152), -32, -60, true, true),
    ];

    private static readonly PixelBox[] Images = [.. Places.Select(place => place.Direct())];

    [Fact]
    public void Cut_TilesOfSmallImages_ScoresOnTheImagesAreThoseOfWholeTiles()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using var network = new TrainableNetwork(FusionLayers.Shapes(FusionMaps.All), ScalarType.Float32, new Random(5));
        manual_seed(1);
        Tensor maps = randn(2, FusionLayers.InputChannels(FusionMaps.All), 128, 128);
        var windows = TileWindows.Around(Places);

        Tensor whole = windows.Cut(Scores(network, maps)), cut = Scores(network, windows.Cut(maps));

        Assert.Equal(whole.shape, cut.shape);
        Assert.True(cut.shape[2] * cut.shape[3] < 128 * 128 / 2, $"{cut.shape[2]} x {cut.shape[3]} cells");
        Tensor onImages = windows.Cut(OnImages());
        Assert.Equal(OnImages().sum().ToDouble(), onImages.sum().ToDouble());
        Assert.Equal(0, ((whole - cut) * onImages).abs().max().ToDouble(), 1e-4);
        // Else nothing was cut that could have mattered.
        Assert.NotEqual(0, (whole - cut).abs().max().ToDouble(), 1e-4);
    }

    [Fact]
    public void Reach_OneCellOfTheInput_ChangesScoresUpToThereAndNotBeyond()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using var network = new TrainableNetwork(FusionLayers.Shapes(FusionMaps.All), ScalarType.Float32, new Random(5));
        manual_seed(1);
        Tensor maps = randn(1, FusionLayers.InputChannels(FusionMaps.All), 128, 128), before = Scores(network, maps);

        // How far it goes hangs on where the cell lies in the deepest ones, four cells wide.
        int farthest = Enumerable.Range(60, 4).Max(row =>
        {
            Tensor touched = maps.clone();
            touched.narrow(2, row, 1).narrow(3, 60, 1).fill_(1e4f);
            Tensor changed = (before - Scores(network, touched)).abs().amax(3).flatten();
            return Enumerable.Range(0, 128).Where(other => changed[other].ToSingle() > 0).Max(other => Math.Abs(other - row));
        });

        Assert.InRange(farthest * 4, TileWindows.Reach - 16, TileWindows.Reach);
    }

    [Fact]
    public void Cut_ImagesThatFillTheirTiles_IsTheWhole()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor maps = zeros(1, 1, 128, 128);

        Assert.Same(maps, TileWindows.Around([Whole(0, 0)]).Cut(maps));
    }

    [Theory]
    [InlineData(7168, 7168, 448, 448)]
    [InlineData(400, 300, 0, -40)]
    [InlineData(128, 128, -192, -192)]
    public void Draw_AnyImage_ShowsThePlaceTheTileWasDrawnForAtManyPlacesOfTheWindow(int width, int height, int left, int top)
    {
        using DisposeScope scope = NewDisposeScope();
        var random = new Random(3);
        HashSet<(long Row, long Column)> seen = [];
        for (int i = 0; i < 200; i++)
        {
            var place = new TilePlace(512, new TileAxis(width), new TileAxis(height), left, top, false, false);
            var direct = place.Direct();
            place = place with { ShownX = random.Next(direct.X, direct.Right), ShownY = random.Next(direct.Y, direct.Bottom) };
            Tensor shown = zeros(1, 1, 512, 512);
            shown[0, 0, place.ShownY, place.ShownX] = 1f;

            Tensor cut = TileWindows.Draw(random, [place]).Cut(shown);

            Assert.Equal([1, 1, TileWindows.DrawnSize, TileWindows.DrawnSize], cut.shape);
            Assert.Equal(1, cut.sum().ToDouble());
            long at = cut.flatten().argmax().ToInt64();
            seen.Add((at / TileWindows.DrawnSize / 64, at % TileWindows.DrawnSize / 64));
        }

        // Of a small image the window shows all, in its middle; of a larger one any part, so that no cell is always near a border.
        Assert.Equal(width == 128 ? 4 : 16, seen.Count);
    }

    [Fact]
    public void Cut_DrawnWindowsOfMapsOfAnyCell_ShowsTheSameOfEach()
    {
        using DisposeScope scope = NewDisposeScope();
        TilePlace[] places = [Whole(40, 500), Whole(300, 20)];
        Tensor pixels = arange(512 * 512).view(1, 1, 512, 512).to(ScalarType.Float32).repeat(2, 3, 1, 1);
        var windows = TileWindows.Draw(new Random(1), places);

        Tensor cut = windows.Cut(pixels), ofCells = windows.Cut(pixels.slice(2, 0, 512, 4).slice(3, 0, 512, 4));

        Assert.Equal([2, 3, TileWindows.DrawnSize / 4, TileWindows.DrawnSize / 4], ofCells.shape);
        Assert.True(cut.slice(2, 0, TileWindows.DrawnSize, 4).slice(3, 0, TileWindows.DrawnSize, 4).equal(ofCells).all().ToBoolean());
        // Begins with one of the fusion's deepest cells of 16 px.
        Assert.Equal(0, cut[0, 0, 0, 0].ToSingle() % 16);
    }

    [Fact]
    public void Draw_ImageNarrowerThanTheWindow_ShowsItsReflectionOnBothSides()
    {
        using DisposeScope scope = NewDisposeScope();
        var place = new TilePlace(512, new TileAxis(128), new TileAxis(128), -192, -192, false, false) { ShownX = 192, ShownY = 319 };
        Tensor columns = arange(512).view(1, 1, 1, 512).expand(1, 1, 512, 512);

        Tensor cut = TileWindows.Draw(new Random(1), [place]).Cut(columns);

        Assert.Equal((128, 128 + TileWindows.DrawnSize - 1), (cut.min().ToInt32(), cut.max().ToInt32()));
    }

    private static Tensor Scores(TrainableNetwork network, Tensor maps) =>
        FusionLayers.Forward(maps, (index, x) => network.RunLayer(index, x, training: false));

    /// <summary>1 in the cells of the images.</summary>
    private static Tensor OnImages()
    {
        Tensor cells = zeros(Images.Length, 1, 128, 128);
        for (int i = 0; i < Images.Length; i++)
        {
            PixelBox image = Images[i];
            cells[i].narrow(1, image.Y / 4, image.Height / 4).narrow(2, image.X / 4, image.Width / 4).fill_(1);
        }

        return cells;
    }

    private static TilePlace Whole(int x, int y) => new(512, new TileAxis(7168), new TileAxis(7168), 448, 448, false, false) { ShownX = x, ShownY = y };
}
