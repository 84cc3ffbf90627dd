using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Calibration;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Tuning;

namespace MpcgLine.ComponentTests.Tuning;

[Collection(TensorTests.Name)]
public sealed class TunerTests
{
    [Fact]
    public void Tune_GoodImages_ChoosesTheFastestThatIsAccurateAndStoresWhatItNeeds()
    {
        ModelBundle bundle = TestModel.Create();
        NamedImage[] good = [.. Enumerable.Range(1, 4).Select(seed => new NamedImage($"{seed}", new GrayImage(512, 512, TestModel.Tile(seed))))];

        TuningResult result = new Tuner(bundle, good, "test", new CalibrationOptions(), seed: 1).Tune([1], rounds: 1, CancellationToken.None);

        Assert.Contains(result.Candidates, candidate => candidate.Precision == Precision.Float32);
        Assert.Equal(result.Candidates.OrderBy(candidate => candidate.MsPerTile), result.Candidates);
        Assert.Contains(result.Chosen, result.Candidates);
        LocalProfile profile = LocalProfile.Parse(result.Profile.ToJson());
        Assert.Equal((result.Chosen.Precision, 1), (profile.Precision, profile.Threads));
        Assert.Equal(4, profile.Calibration.GoodImages);
        Assert.Equal(profile.Precision == Precision.Int8, profile.ActivationRanges is not null);
        Assert.All(result.Gates.Values, gate => Assert.Equal(8, gate.Images));
    }

    [Fact]
    public void Choose_FastestFailsItsGateAndTheNextWasRefused_IsTheFastestThatIsAccurate()
    {
        TunedCandidate[] candidates =
            [new(Precision.Int8, 2, 1), new(Precision.Float16, 2, 2), new(Precision.BFloat16, 1, 3), new(Precision.Float32, 2, 4)];
        Dictionary<Precision, AccuracyGate> gates = new()
        {
            [Precision.Int8] = new AccuracyGate(8, 0.8, 0.9, 0, 0, 0),
            [Precision.BFloat16] = new AccuracyGate(8, 0.9, 0.9, 0, 0, 0),
        };

        Assert.Equal(candidates[2], Tuner.Choose(candidates, gates));
        gates.Clear();
        Assert.Equal(candidates[3], Tuner.Choose(candidates, gates));
    }

    [Fact]
    public void Render_ImageOfSeveralTiles_MarksOnlyWhatChanged()
    {
        byte[] pixels = new byte[700 * 600];
        Array.Fill<byte>(pixels, 128);

        GateImage marred = MarredImage.Render(new GrayImage(700, 600, pixels), new Random(2));

        int marked = 0;
        for (int i = 0; i < pixels.Length; i++)
        {
            marked += marred.Mask!.Pixels[i] > 0 ? 1 : 0;
            Assert.True(marred.Mask.Pixels[i] == 0 || marred.Image.Pixels[i] != 128, $"pixel {i} is marked and unchanged");
        }

        Assert.InRange(marked, 50, pixels.Length / 4);
    }
}
