using MpcgLine.Imaging;
using MpcgLine.Simulation;

namespace MpcgLine.Service.Reproduction;

/// <summary>Simulated panels as a data set: clean ones to train on; clean and defective ones, with masks, to score on.</summary>
/// <param name="Template">What every panel is like.</param>
/// <param name="TrainingPanels">Clean panels to train and calibrate on.</param>
/// <param name="TestPanels">Panels to score on; a third of them are clean.</param>
internal sealed record SimulatedDataset(PanelSimulationOptions Template, int TrainingPanels, int TestPanels)
{
    // Parts of the test never are parts of the training.
    private const ulong TestSeedDistance = 1UL << 40;

    /// <summary>Everything the data set hangs on.</summary>
    public object[] Inputs =>
        [Template.Seed, Template.Width, Template.Length, Template.DefectFamily, TrainingPanels, TestPanels];

    /// <summary>Renders all panels into a folder.</summary>
    public void Write(string folder)
    {
        string train = Directory.CreateDirectory(Path.Combine(folder, "train", "good")).FullName;
        string good = Directory.CreateDirectory(Path.Combine(folder, "test", "good")).FullName;
        string defect = Directory.CreateDirectory(Path.Combine(folder, "test", "defect")).FullName;
        string masks = Directory.CreateDirectory(Path.Combine(folder, "test", "masks")).FullName;
        PanelSequence training = new(Template, TrainingPanels, TrainingPanels);
        Parallel.For(0, training.Count, i => GrayImageFile.WritePng(Path.Combine(train, Name(i)), training[i].Render()));
        PanelSequence test = new(
            Template with { Seed = Template.Seed + TestSeedDistance, PartSerial = (Template.PartSerial + TrainingPanels) % 1_000_000 },
            TestPanels,
            TestPanels / 3);
        Parallel.For(0, test.Count, i =>
        {
            SimulatedPanel panel = test[i];
            GrayImageFile.WritePng(Path.Combine(test.IsClean(i) ? good : defect, Name(i)), panel.Render());
            if (!test.IsClean(i))
            {
                GrayImageFile.WritePng(Path.Combine(masks, Name(i)), panel.RenderMask());
            }
        });
    }

    private static string Name(int index) => $"panel-{index + 1:0000}.png";
}
