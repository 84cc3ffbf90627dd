namespace MpcgLine.Imaging;

/// <summary>File formats that are read, told apart by their first bytes and never by the file's name.</summary>
internal enum ImageKind
{
    /// <summary>None of ours.</summary>
    Unknown = 0,

    /// <summary>Portable Network Graphics.</summary>
    Png,

    /// <summary>JPEG/JFIF.</summary>
    Jpeg,

    /// <summary>Windows bitmap.</summary>
    Bmp,

    /// <summary>Tagged Image File Format, in its 32-bit and its 64-bit form.</summary>
    Tiff,
}
