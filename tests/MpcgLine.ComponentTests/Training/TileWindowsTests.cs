using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Training;

[Collection(TensorTests.Name)]
public sealed class TileWindowsTests
{
    // Where two small images lie in their tiles, the second one mirrored.
    private static readonly PixelBox[] Images = [new(32, 40, 128, 100), new(370, 300, 110, 152)];

    [Fact]
    public void Cut_TilesOfSmallImages_ScoresOnTheImagesAreThoseOfWholeTiles()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using var network = new TrainableNetwork(FusionLayers.Shapes(FusionMaps.All), ScalarType.Float32, new Random(5));
        manual_seed(1);
        Tensor maps = randn(2, FusionLayers.InputChannels(FusionMaps.All), 128, 128);
        var windows = TileWindows.Around(Images);

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

        Assert.Same(maps, TileWindows.Around([new PixelBox(0, 16, 448, 496)]).Cut(maps));
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
}
