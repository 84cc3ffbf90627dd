using System.Globalization;
using BitMiracle.LibTiff.Classic;

namespace MpcgLine.Imaging;

/// <summary>
/// Takes what the TIFF library would write to the console. The library has one receiver for all threads; each thread
/// sees its own messages here.
/// </summary>
internal sealed class TiffMessages : TiffErrorHandler
{
    [ThreadStatic]
    private static string? _error;

    private TiffMessages()
    {
    }

    /// <summary>Sends every message of the library here, from now on.</summary>
    public static void Install() => Tiff.SetErrorHandler(new TiffMessages());

    /// <summary>The first error on this thread since the last call; null when there was none.</summary>
    public static string? Take()
    {
        string? error = _error;
        _error = null;
        return error;
    }

    /// <inheritdoc/>
    public override void ErrorHandler(Tiff tif, string method, string format, params object[] args)
    {
        try
        {
            _error ??= string.Format(CultureInfo.InvariantCulture, format, args).ReplaceLineEndings(" ").Trim().TrimEnd('.');
        }
        catch (FormatException)
        {
            _error ??= format;
        }
    }

    /// <inheritdoc/>
    public override void ErrorHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
    {
        // The library calls both receivers with the same message.
    }

    /// <summary>Unknown private tags and the like: nothing that changes a pixel.</summary>
    public override void WarningHandler(Tiff tif, string method, string format, params object[] args)
    {
    }

    /// <inheritdoc/>
    public override void WarningHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
    {
    }
}
