using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MpcgLine.Service.Reproduction;

/// <summary>
/// Where a reproduction keeps its finished stages, each under its name and a hash of all that changes its outcome. What
/// exists is whole: a stage is written beside its place and renamed.
/// </summary>
/// <param name="folder">Created when the first stage is.</param>
/// <param name="stop">Ends the waiting for another process.</param>
internal sealed class StageFolder(string folder, CancellationToken stop)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    private const int KeyDigits = 12;

    // Raised whenever a stage's outcome changes with the program: stages of an older one are then made again.
    private const int Version = 9;

    /// <summary>Place of a stage.</summary>
    /// <param name="name">What it is, for people.</param>
    /// <param name="inputs">Everything its outcome hangs on.</param>
    public string Place(string name, params object[] inputs)
    {
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, $"{name}-{Key(inputs)}");
    }

    /// <summary>
    /// Waits until no other process is at a stage, and keeps others from it until the result is disposed or the process ends: so
    /// several share the work, and what one was waiting for is there when it looks.
    /// </summary>
    /// <exception cref="OperationCanceledException">Stopped while waiting.</exception>
    public IDisposable Hold(string place)
    {
        // The file stays: were it deleted, two processes could hold two files of its name.
        string path = place + ".lock";
        for (bool isTold = false; ; isTold = true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                if (!isTold)
                {
                    Console.WriteLine($"{Path.GetFileName(place)}: another process is at it; waiting");
                }
            }

            stop.WaitHandle.WaitOne(LookAgain);
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <summary>A folder that is filled once.</summary>
    /// <param name="place">From <see cref="Place"/>.</param>
    /// <param name="fill">Fills an empty folder.</param>
    /// <returns>Whether it was filled now.</returns>
    public bool FillOnce(string place, Action<string> fill)
    {
        using IDisposable held = Hold(place);
        if (Directory.Exists(place))
        {
            return false;
        }

        // What an interrupted run left.
        string beside = place + ".new";
        if (Directory.Exists(beside))
        {
            Directory.Delete(beside, recursive: true);
        }

        Directory.CreateDirectory(beside);
        fill(beside);
        Directory.Move(beside, place);
        return true;
    }

    /// <summary>Hash of the names and contents of all files below some folders of a folder.</summary>
    public static string Fingerprint(string folder, params string[] names)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        IEnumerable<string> folders = names.Select(name => Path.Combine(folder, name)).Where(Directory.Exists);
        foreach (string path in folders.SelectMany(f => Directory.EnumerateFiles(f, "*", SearchOption.AllDirectories)).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(folder, path)));
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(path)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Key(object[] inputs)
    {
        string text = string.Join('\n', inputs.Prepend(Version).Select(input => Convert.ToString(input, CultureInfo.InvariantCulture)));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..KeyDigits];
    }
}
