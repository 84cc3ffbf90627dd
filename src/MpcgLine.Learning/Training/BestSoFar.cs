using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.Learning.Training;

/// <summary>
/// The weights with the lowest validation loss so far, kept on disk, and whether it is time to stop: a training that
/// only learns its own images by heart gets worse on held-out ones. One thread.
/// </summary>
/// <remarks>The validation is good images with training defects; no defective image is ever seen.</remarks>
internal sealed class BestSoFar
{
    /// <summary>Validations spread over a training.</summary>
    public const int Validations = 16;

    /// <summary>
    /// Validations in a row without a new best that end it. They are counted in the second half alone: what high rates
    /// lose, low ones bring back.
    /// </summary>
    public const int Patience = 5;

    private const string LossName = "validation.loss";

    private readonly string _path;
    private double _loss = double.PositiveInfinity;
    private int _step;
    private int _latest;
    private int _without;

    /// <summary>Goes on with the best found in the run folder, if any.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="afterStep">Step training goes on from; 0 where it begins.</param>
    /// <param name="steps">Steps planned.</param>
    /// <param name="interval">Steps between two validations.</param>
    /// <exception cref="TrainingException">The file is damaged.</exception>
    public BestSoFar(string path, int afterStep, int steps, int interval)
    {
        _path = path;
        _latest = afterStep;
        if (afterStep > 0 && Checkpoint.Load(path) is { } state && state.Tensors.TryGetValue(LossName, out WeightArray? loss))
        {
            (_step, _loss) = (state.Step, loss.Values[0]);
            _without = Math.Max(0, (afterStep / interval) - (Math.Max(_step, steps / 2) / interval));
        }
    }

    /// <summary>Whether the latest validations brought no new best.</summary>
    public bool IsTimeToStop => _without >= Patience;

    /// <summary>Compares a validation with the best, and keeps the weights of a new one.</summary>
    /// <exception cref="TrainingException">The disk can't be written.</exception>
    public void Report(int step, int steps, double loss, TrainableNetwork network)
    {
        // Single precision, as on disk: a training that was interrupted compares with the same number.
        if ((float)loss < _loss)
        {
            (_loss, _step, _latest, _without) = ((float)loss, step, step, 0);
            var tensors = new Dictionary<string, WeightArray>(network.ToArrays()) { [LossName] = new([], [(float)loss]) };
            Checkpoint.Save(_path, new TrainingState(step, steps, 0, tensors));
        }
        else if (step > Math.Max(_latest, _step))
        {
            // Up to there a training that went back to a checkpoint only repeats what is known.
            _latest = step;
            _without += step > steps / 2 ? 1 : 0;
        }
    }

    /// <summary>Puts the best weights into a network, where they are not those of the last step.</summary>
    /// <exception cref="TrainingException">The file is damaged.</exception>
    public void Restore(int lastStep, TrainableNetwork network)
    {
        if (_step > 0 && _step != lastStep && Checkpoint.Load(_path) is { } state)
        {
            network.Load(state.Tensors);
        }
    }
}
