using System.Globalization;

namespace MpcgLine.Devices.Plc;

/// <summary>
/// The number of the daemon's start, kept in a file: +1 at every start, 0 skipped, so that a PLC that lived through
/// a restart of the daemon sees that old acknowledgements mean nothing to the new one.
/// </summary>
internal static class SessionFile
{
    /// <summary>Takes the next number and stores it before it is used.</summary>
    /// <exception cref="PlcException">The file can't be written: starts could then repeat a number.</exception>
    public static ushort Next(string path, TimeProvider time)
    {
        ushort session = After(Last(path) ?? Seed(time));
        string unfinished = path + ".part";
        try
        {
            using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
            {
                stream.Write(System.Text.Encoding.ASCII.GetBytes(session.ToString(CultureInfo.InvariantCulture)));
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
            return session;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlcException($"The PLC session file {path} can't be written: {e.Message}", e);
        }
    }

    private static ushort After(ushort session) => session == ushort.MaxValue ? (ushort)1 : (ushort)(session + 1);

    private static ushort? Last(string path)
    {
        try
        {
            return ushort.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out ushort last)
                ? last
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Without a usable file the clock makes a repeat of the number the PLC still remembers unlikely.
    private static ushort Seed(TimeProvider time) => (ushort)(time.GetUtcNow().ToUnixTimeSeconds() % ushort.MaxValue);
}
