using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.Learning.Bundles;

/// <summary>A model bundle on disk: a folder that is whole or not there.</summary>
public static class ModelFolder
{
    // Far above width 1 in single precision; a file beyond it is not a model.
    private const long MaxFileBytes = 256 << 20;

    // A profile that was being written.
    private const string NewProfile = $"{LocalProfile.FileName}.new";

    private static readonly string[] FileNames =
        [ModelBundle.ManifestName, ModelBundle.ReconstructionName, ModelBundle.FusionName, ModelBundle.GoldenName, LocalProfile.FileName, NewProfile];

    /// <summary>Reads and proves a bundle.</summary>
    /// <exception cref="ModelException">A file is missing, unreadable, changed, or does not fit; the message names it.</exception>
    public static ModelBundle Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ModelException($"Model bundle {folder}: there is no such folder.");
        }

        try
        {
            return ModelBundle.Open(name => ReadFile(folder, name));
        }
        catch (ModelException e)
        {
            throw new ModelException($"Model bundle {folder}: {e.Message}", e);
        }
    }

    /// <summary>The local profile beside a bundle's files; null where there is none.</summary>
    /// <exception cref="ModelException">It is unreadable or damaged.</exception>
    public static LocalProfile? ReadProfile(string folder)
    {
        try
        {
            return File.Exists(Path.Combine(folder, LocalProfile.FileName)) ? LocalProfile.Parse(ReadFile(folder, LocalProfile.FileName)) : null;
        }
        catch (ModelException e)
        {
            throw new ModelException($"Model bundle {folder}: {e.Message}", e);
        }
    }

    /// <summary>Puts a local profile into a bundle's folder, in the place of an earlier one.</summary>
    /// <exception cref="ModelException">The disk can't be written; an earlier profile is intact.</exception>
    public static void WriteProfile(string folder, LocalProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        string path = Path.Combine(folder, LocalProfile.FileName), beside = Path.Combine(folder, NewProfile);
        try
        {
            using (var stream = new FileStream(beside, FileMode.Create))
            {
                stream.Write(profile.ToJson());
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"Model bundle {folder}: {LocalProfile.FileName} can't be written: {e.Message}", e);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    /// <summary>
    /// Refuses a place that a bundle must not take: <see cref="Write"/> replaces a bundle, and never anything else.
    /// </summary>
    /// <exception cref="ModelException">It is a file, or a folder that holds anything but a bundle's files; the message names what.</exception>
    public static void RequireReplaceable(string folder)
    {
        if (File.Exists(folder))
        {
            throw new ModelException($"Model bundle {folder}: there is a file of that name; allowed is a new or empty folder, or an earlier bundle.");
        }

        string[] foreign = Directory.Exists(folder)
            ? [.. Directory.EnumerateFileSystemEntries(folder).Where(e => !IsBundleFile(e)).Select(e => Path.GetFileName(e)).Order(StringComparer.Ordinal)]
            : [];
        if (foreign.Length > 0)
        {
            throw new ModelException(
                $"Model bundle {folder}: the folder holds {foreign.Length} entries that are no part of a bundle ({string.Join(", ", foreign.Take(3))}{(foreign.Length > 3 ? ", ..." : "")}) and would be lost; allowed is a new or empty folder, or an earlier bundle.");
        }
    }

    /// <summary>
    /// Writes a bundle beside <paramref name="folder"/> and then puts it in its place; an earlier bundle there is
    /// replaced only by a complete one. Its local profile goes with it: that is of the bundle as it was.
    /// </summary>
    /// <exception cref="ModelException">
    /// The place is not <see cref="RequireReplaceable">replaceable</see> or the disk can't be written; what was there
    /// before is intact.
    /// </exception>
    public static void Write(string folder, ModelBundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        RequireReplaceable(folder);
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string unique = Path.GetRandomFileName(), beside = $"{target}.new-{unique}", old = $"{target}.old-{unique}";
        try
        {
            Directory.CreateDirectory(beside);
            foreach ((string name, byte[] content) in bundle.Pack())
            {
                using var stream = new FileStream(Path.Combine(beside, name), FileMode.CreateNew);
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            Exchange(beside, target, old);
            Remove(old);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"Model bundle {folder} can't be written: {e.Message}", e);
        }
        finally
        {
            Remove(beside);
        }
    }

    /// <summary>Puts a complete bundle in its place; if that fails, the one before goes back.</summary>
    private static void Exchange(string beside, string target, string old)
    {
        bool replaces = Directory.Exists(target);
        if (replaces)
        {
            Directory.Move(target, old);
        }

        try
        {
            Directory.Move(beside, target);
        }
        catch (Exception e) when (replaces && e is IOException or UnauthorizedAccessException)
        {
            Directory.Move(old, target);
            throw;
        }
    }

    private static byte[] ReadFile(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                throw new ModelException($"{name} is missing.");
            }

            if (file.Length > MaxFileBytes)
            {
                throw new ModelException($"{name} has {file.Length} bytes (allowed: {MaxFileBytes}).");
            }

            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{name} can't be read: {e.Message}", e);
        }
    }

    private static bool IsBundleFile(string path) => File.Exists(path) && FileNames.Contains(Path.GetFileName(path));

    /// <summary>Deletes a bundle and nothing else: a folder that came to hold more stays, which is an error.</summary>
    private static void Remove(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (string name in FileNames)
        {
            File.Delete(Path.Combine(folder, name));
        }

        Directory.Delete(folder);
    }
}
