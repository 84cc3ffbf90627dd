using System.Text.Json;

namespace MpcgLine.Learning.Training;

/// <summary>
/// The folder an unfinished training lives in: a checkpoint per network, and the fingerprint of the training they
/// belong to. One training at a time.
/// </summary>
public static class RunFolder
{
    private const string FingerprintName = "training.json", CheckpointSuffix = ".checkpoint", BesideSuffix = ".new";

    /// <summary>Path of a network's checkpoint.</summary>
    internal static string CheckpointPath(string folder, string network) => Path.Combine(folder, network + CheckpointSuffix);

    /// <summary>Makes the folder ready for a training, or proves that what lies in it is this training.</summary>
    /// <exception cref="TrainingException">Another training lies there, it is damaged, or the disk can't be written.</exception>
    internal static void Claim(string folder, TrainingFingerprint fingerprint)
    {
        string path = Path.Combine(folder, FingerprintName);
        try
        {
            Directory.CreateDirectory(folder);
            if (File.Exists(path))
            {
                RequireSame(folder, File.ReadAllBytes(path), fingerprint);
                return;
            }

            if (Directory.EnumerateFiles(folder, "*" + CheckpointSuffix).Any())
            {
                throw Foreign(folder, $"it holds checkpoints but no {FingerprintName} that says of which training");
            }

            File.Delete(Path.Combine(folder, TrainingLog.FileName));
            File.WriteAllBytes(path + BesideSuffix, fingerprint.ToJson());
            File.Move(path + BesideSuffix, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"The run folder {folder} can't be used: {e.Message}", e);
        }
    }

    /// <summary>
    /// Deletes the checkpoints of a training, once its bundle is written. Its log stays, and what else lies there, and
    /// the folder with them.
    /// </summary>
    /// <exception cref="TrainingException">The disk can't be written.</exception>
    public static void RemoveCheckpoints(string folder)
    {
        try
        {
            // The fingerprint goes last: checkpoints without one would block the next training.
            foreach (string path in Directory.EnumerateFiles(folder).Where(IsPart).OrderBy(p => Path.GetFileName(p) == FingerprintName))
            {
                File.Delete(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"The run folder {folder} is of a finished training, but its checkpoints can't be deleted: {e.Message}", e);
        }
    }

    /// <summary>The error for a folder that holds another training.</summary>
    internal static TrainingException Foreign(string folder, string why, Exception? cause = null) =>
        new($"The run folder {folder} is of another training ({why}): delete it, or choose another --out.", cause!);

    private static void RequireSame(string folder, byte[] json, TrainingFingerprint fingerprint)
    {
        string differences;
        try
        {
            differences = TrainingFingerprint.Parse(json).DifferencesOf(fingerprint);
        }
        catch (JsonException e)
        {
            throw Foreign(folder, $"its {FingerprintName} can't be read: {e.Message}", e);
        }

        if (differences.Length > 0)
        {
            throw Foreign(folder, differences);
        }
    }

    private static bool IsPart(string path)
    {
        string name = Path.GetFileName(path);
        string whole = name.EndsWith(BesideSuffix, StringComparison.Ordinal) ? name[..^BesideSuffix.Length] : name;
        return whole == FingerprintName || whole.EndsWith(CheckpointSuffix, StringComparison.Ordinal);
    }
}
