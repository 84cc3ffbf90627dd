namespace MpcgLine.Imaging;

/// <summary>An image file whose header was read and found acceptable. One thread; disposed of by whoever opened it.</summary>
internal interface IImageDecoder : IDisposable
{
    /// <summary>Size as the header states it.</summary>
    ImageSize Size { get; }

    /// <summary>Whether the pixels have more than a gray level.</summary>
    bool IsColour { get; }

    /// <summary>Decodes all rows.</summary>
    /// <param name="pixels">Its first <c>Width * Height</c> bytes are overwritten, row-major without row padding.</param>
    /// <exception cref="ImageFileException">The file is damaged or ends too early.</exception>
    void Decode(byte[] pixels);
}
