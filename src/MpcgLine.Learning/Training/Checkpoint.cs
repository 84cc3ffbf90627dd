using System.Globalization;
using System.Security.Cryptography;
using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.Learning.Training;

/// <summary>
/// One file that holds a training whole: tensors, moments, step and plan. Written beside and renamed over, with its
/// own SHA-256, so that a kill or a full disk leaves the previous one intact.
/// </summary>
internal static class Checkpoint
{
    private const string StepName = "training.step", StepsName = "training.steps", SecondsName = "training.seconds";

    /// <summary>
    /// Saves a state.
    /// </summary>
    /// <exception cref="TrainingException">The disk is full or can't be written; the previous checkpoint is intact.</exception>
    public static void Save(string path, TrainingState state)
    {
        var tensors = new Dictionary<string, WeightArray>(state.Tensors)
        {
            [StepName] = new([], [state.Step]),
            [StepsName] = new([], [state.Steps]),
            [SecondsName] = new([], [(float)state.Seconds]),
        };
        string beside = path + ".new";
        try
        {
            using (var stream = new FileStream(beside, FileMode.Create, FileAccess.ReadWrite))
            {
                stream.Write(new byte[SHA256.HashSizeInBytes]);
                SafetensorsFile.Write(stream, tensors, _ => true);
                stream.Position = SHA256.HashSizeInBytes;
                byte[] hash = SHA256.HashData(stream);
                stream.Position = 0;
                stream.Write(hash);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"The checkpoint {path} can't be written ({e.Message}); the one before it is intact.", e);
        }
    }

    /// <summary>
    /// Loads a state; null where there is none.
    /// </summary>
    /// <exception cref="TrainingException">The file is damaged.</exception>
    public static TrainingState? Load(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        byte[] content = File.ReadAllBytes(path);
        const int hashLength = SHA256.HashSizeInBytes;
        if (content.Length <= hashLength || !SHA256.HashData(content.AsSpan(hashLength)).AsSpan().SequenceEqual(content.AsSpan(0, hashLength)))
        {
            throw new TrainingException($"The checkpoint {path} is damaged ({content.Length} bytes, wrong SHA-256): delete it to start again.");
        }

        IReadOnlyDictionary<string, WeightArray> tensors = SafetensorsFile.Read(content.AsSpan(hashLength), path);
        int Whole(string name) => tensors.TryGetValue(name, out WeightArray? value)
            ? (int)value.Values[0]
            : throw new TrainingException(string.Create(CultureInfo.InvariantCulture, $"The checkpoint {path} lacks {name}: it is of another version."));
        return new TrainingState(Whole(StepName), Whole(StepsName), tensors[SecondsName].Values[0], tensors);
    }
}

/// <summary>A training between two steps.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps planned.</param>
/// <param name="Seconds">Time spent so far.</param>
/// <param name="Tensors">Weights, statistics and moments by name.</param>
internal sealed record TrainingState(int Step, int Steps, double Seconds, IReadOnlyDictionary<string, WeightArray> Tensors);
