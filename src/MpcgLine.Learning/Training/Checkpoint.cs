using System.Security.Cryptography;
using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.Learning.Training;

/// <summary>
/// One file that holds a training whole: tensors, averages, moments, step and plan. Written beside and renamed over, with its
/// own SHA-256, so that a kill or a full disk leaves the previous one intact.
/// </summary>
internal static class Checkpoint
{
    private const string StepName = "training.step", StepsName = "training.steps", SecondsName = "training.seconds";

    /// <summary>
    /// Saves a state.
    /// </summary>
    /// <exception cref="TrainingException">
    /// A value is not finite, or the disk is full or can't be written; the previous checkpoint is intact.
    /// </exception>
    public static void Save(string path, TrainingState state)
    {
        var tensors = new Dictionary<string, WeightArray>(state.Tensors)
        {
            [StepName] = new([], [state.Step]),
            [StepsName] = new([], [state.Steps]),
            [SecondsName] = new([], [(float)state.Seconds]),
        };
        RequireFinite(path, tensors);
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
            Discard(beside);
            throw new TrainingException($"The checkpoint {path} can't be written ({e.Message}); the one before it is intact.", e);
        }
    }

    /// <summary>Gives a full disk the room back that the unfinished file took.</summary>
    private static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is wrong with the disk is being reported already, and the next save overwrites the file.
        }
    }

    /// <summary>
    /// Loads a state; null where there is none.
    /// </summary>
    /// <exception cref="TrainingException">The file can't be read, is damaged or is of another version.</exception>
    public static TrainingState? Load(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        byte[] content = ReadAll(path);
        const int hashLength = SHA256.HashSizeInBytes;
        if (content.Length <= hashLength || !SHA256.HashData(content.AsSpan(hashLength)).AsSpan().SequenceEqual(content.AsSpan(0, hashLength)))
        {
            throw new TrainingException($"The checkpoint {path} is damaged ({content.Length} bytes, wrong SHA-256): delete it to start again.");
        }

        IReadOnlyDictionary<string, WeightArray> tensors;
        try
        {
            tensors = SafetensorsFile.Read(content.AsSpan(hashLength), path);
        }
        catch (ModelException e)
        {
            throw OtherVersion(path, e.Message, e);
        }

        float Number(string name) => tensors.TryGetValue(name, out WeightArray? value) && value.Values.Length == 1
            ? value.Values[0]
            : throw OtherVersion(path, $"it lacks {name}");
        return new TrainingState((int)Number(StepName), (int)Number(StepsName), Number(SecondsName), tensors);
    }

    private static byte[] ReadAll(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"The checkpoint {path} can't be read: {e.Message}", e);
        }
    }

    private static TrainingException OtherVersion(string path, string why, Exception? cause = null) =>
        new($"The checkpoint {path} is of another version of the program ({why}): delete it to start again.", cause!);

    private static void RequireFinite(string path, Dictionary<string, WeightArray> tensors)
    {
        foreach ((string name, WeightArray array) in tensors)
        {
            int bad = Array.FindIndex(array.Values, v => !float.IsFinite(v));
            if (bad >= 0)
            {
                throw new TrainingException($"{name} became {array.Values[bad]} at {bad}; the checkpoint {path} is not written, the one before it is intact.");
            }
        }
    }
}
