using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.Learning.Bundles;

/// <summary>A model bundle on disk: a folder that is whole or not there.</summary>
public static class ModelFolder
{
    // Far above width 1 in single precision; a file beyond it is not a model.
    private const long MaxFileBytes = 256 << 20;

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

    /// <summary>
    /// Writes a bundle beside <paramref name="folder"/> and then puts it in its place; an earlier bundle there is
    /// replaced only by a complete one.
    /// </summary>
    /// <exception cref="ModelException">The disk can't be written; what was there before is intact.</exception>
    public static void Write(string folder, ModelBundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string beside = target + ".new", old = target + ".old";
        try
        {
            Remove(beside);
            Directory.CreateDirectory(beside);
            foreach ((string name, byte[] content) in bundle.Pack())
            {
                using var stream = new FileStream(Path.Combine(beside, name), FileMode.CreateNew);
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            Remove(old);
            if (Directory.Exists(target))
            {
                Directory.Move(target, old);
            }

            Directory.Move(beside, target);
            Remove(old);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"Model bundle {folder} can't be written: {e.Message}", e);
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

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
