using System.Globalization;

namespace MpcgLine.Learning.Training;

/// <summary>
/// The course of a training as CSV in its run folder, and still there once the bundle is written: stage, step, steps
/// planned, loss (mean of the latest steps), validation loss where it was taken, learning rate, seconds. One thread.
/// </summary>
internal sealed class TrainingLog : IDisposable
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "log.csv";

    private const string Header = "stage,step,steps,loss,validation_loss,rate,seconds";

    private readonly string _path;
    private readonly string _stage;
    private readonly StreamWriter _writer;

    /// <summary>
    /// Opens the log to go on after a step: rows of this stage behind it are dropped, since they will come again. A
    /// stage that begins anew drops those of the stages after it too.
    /// </summary>
    /// <exception cref="TrainingException">The file can't be read or written.</exception>
    public TrainingLog(string runFolder, string stage, int afterStep)
    {
        _path = Path.Combine(runFolder, FileName);
        _stage = stage;
        _writer = Guarded(() =>
        {
            string[] kept = File.Exists(_path) ? [.. File.ReadLines(_path).TakeWhile(row => IsBefore(row, afterStep))] : [];
            File.WriteAllLines(_path, kept.Length > 0 ? kept : [Header]);
            return new StreamWriter(_path, append: true) { AutoFlush = true };
        });
    }

    /// <summary>Adds a row.</summary>
    /// <exception cref="TrainingException">The file can't be written.</exception>
    public void Add(int step, int steps, double loss, double? validationLoss, double rate, double seconds) => Guarded(() =>
    {
        _writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_stage},{step},{steps},{loss:0.######},{validationLoss:0.######},{rate:0.########},{seconds:0.0}"));
        return 0;
    });

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private bool IsBefore(string row, int afterStep)
    {
        if (row == Header)
        {
            return true;
        }

        // A row cut off by a kill is dropped.
        string[] fields = row.Split(',');
        return fields.Length == Header.Split(',').Length
            && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out int step)
            && (fields[0] != _stage || step <= afterStep);
    }

    private T Guarded<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"The training log {_path} can't be written: {e.Message}", e);
        }
    }
}
