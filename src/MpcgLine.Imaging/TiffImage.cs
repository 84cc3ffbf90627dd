using System.Globalization;
using System.Runtime.InteropServices;
using BitMiracle.LibTiff.Classic;

namespace MpcgLine.Imaging;

/// <summary>
/// The first page of a TIFF file: gray of 1, 8 or 16 bits, or RGB of 8 or 16, in strips or tiles, compressed in any way
/// the library knows.
/// </summary>
internal sealed class TiffImage : IImageDecoder
{
    private readonly string _path;
    private readonly Tiff _tiff;
    private readonly int _bits;
    private readonly int _samples;
    private readonly bool _isInverted;

    static TiffImage() => TiffMessages.Install();

    private TiffImage(string path, Tiff tiff)
    {
        _path = path;
        _tiff = tiff;
        Size = new ImageSize(Number(TiffTag.IMAGEWIDTH), Number(TiffTag.IMAGELENGTH));
        _bits = Number(TiffTag.BITSPERSAMPLE);
        _samples = Number(TiffTag.SAMPLESPERPIXEL);
        var photometric = (Photometric)Number(TiffTag.PHOTOMETRIC);
        if (photometric == Photometric.YCBCR && (Compression)Number(TiffTag.COMPRESSION) == Compression.JPEG)
        {
            // The JPEG decoder within converts by itself.
            tiff.SetField(TiffTag.JPEGCOLORMODE, JpegColorMode.RGB);
            photometric = Photometric.RGB;
        }

        IsColour = photometric == Photometric.RGB;
        _isInverted = photometric == Photometric.MINISWHITE;
        RequireReadable(photometric);
    }

    /// <inheritdoc/>
    public ImageSize Size { get; }

    /// <inheritdoc/>
    public bool IsColour { get; }

    /// <summary>Reads the directory of the first page.</summary>
    /// <exception cref="ImageFileException">It is damaged, of a kind that is not read, or states more than <paramref name="maxPixels"/>.</exception>
    public static TiffImage Open(string path, long maxPixels) => Guarded(path, () =>
    {
        FileStream file = File.OpenRead(path);
        Tiff? tiff = null;
        try
        {
            tiff = Tiff.ClientOpen("TIFF", "r", file, new TiffStream())
                ?? throw new ImageFileException(path, $"damaged: {TiffMessages.Take() ?? "its directory can't be read"}");
            var image = new TiffImage(path, tiff);
            ImageHeader.CheckPixels(path, image.Size.Width, image.Size.Height, maxPixels);
            image.RequireWhole(file.Length, maxPixels);
            return image;
        }
        catch
        {
            tiff?.Dispose();
            file.Dispose();
            throw;
        }
    });

    /// <inheritdoc/>
    public void Decode(byte[] pixels) => Guarded(_path, () =>
    {
        if (_tiff.IsTiled())
        {
            DecodeTiles(pixels);
        }
        else
        {
            DecodeLines(pixels);
        }

        // Some decoders report an error, fill up with black and go on.
        return TiffMessages.Take() is { } error ? throw Damaged(error) : true;
    });

    /// <inheritdoc/>
    public void Dispose() => _tiff.Dispose();

    /// <summary>The library answers some damage with whatever its arithmetic runs into.</summary>
    private static T Guarded<T>(string path, Func<T> read)
    {
        TiffMessages.Take();
        try
        {
            return read();
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentException or ArithmeticException or NullReferenceException
            or InvalidOperationException or InvalidCastException or NotSupportedException or NotImplementedException or IOException
            or OutOfMemoryException or ApplicationException)
        {
            throw new ImageFileException(path, $"damaged: {TiffMessages.Take() ?? e.Message.ReplaceLineEndings(" ")}", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ImageFileException(path, $"can't be opened: {e.Message}", e);
        }
    }

    private void RequireReadable(Photometric photometric)
    {
        var format = (SampleFormat)Number(TiffTag.SAMPLEFORMAT);
        bool isGray = photometric is Photometric.MINISBLACK or Photometric.MINISWHITE && _samples is 1 or 2 && _bits is 1 or 8 or 16;
        bool isColour = photometric == Photometric.RGB && _samples is 3 or 4 && _bits is 8 or 16;
        bool isTogether = _samples == 1 || (PlanarConfig)Number(TiffTag.PLANARCONFIG) == PlanarConfig.CONTIG;
        if (!(isGray || isColour) || (_bits == 1 && _samples != 1) || !isTogether || format is not (SampleFormat.UINT or SampleFormat.VOID))
        {
            throw new ImageFileException(
                _path,
                $"a TIFF of {_samples} x {_bits} bits ({photometric}, {format}{(isTogether ? "" : ", colours stored apart")}); read are gray of 1, 8 or 16 bits and RGB of 8 or 16, unsigned");
        }
    }

    /// <summary>Every strip or tile has to lie within the file: a decoder that finds too little may fill up with gray.</summary>
    private void RequireWhole(long fileLength, long maxPixels)
    {
        bool isTiled = _tiff.IsTiled();
        if (isTiled)
        {
            ImageHeader.CheckPixels(_path, Number(TiffTag.TILEWIDTH), Number(TiffTag.TILELENGTH), Math.Max(maxPixels, 1 << 20));
        }

        int count = isTiled ? _tiff.NumberOfTiles() : _tiff.NumberOfStrips();
        long[] offsets = Numbers(isTiled ? TiffTag.TILEOFFSETS : TiffTag.STRIPOFFSETS);
        long[] lengths = Numbers(isTiled ? TiffTag.TILEBYTECOUNTS : TiffTag.STRIPBYTECOUNTS);
        if (offsets.Length < count || lengths.Length < count)
        {
            throw Damaged($"it lists {Math.Min(offsets.Length, lengths.Length)} of {count} pieces of its pixels");
        }

        for (int i = 0; i < count; i++)
        {
            if (offsets[i] <= 0 || lengths[i] <= 0 || lengths[i] > fileLength || offsets[i] > fileLength - lengths[i])
            {
                throw new ImageFileException(_path, $"truncated: {lengths[i]} bytes of pixels should lie at {offsets[i]}, the file has {fileLength}");
            }
        }
    }

    private void DecodeLines(byte[] pixels)
    {
        byte[] line = new byte[RequireSize(_tiff.ScanlineSize(), Size.Width)];
        for (int y = 0; y < Size.Height; y++)
        {
            if (!_tiff.ReadScanline(line, y))
            {
                throw Damaged(TiffMessages.Take() ?? $"row {y} can't be decoded");
            }

            ToGray(line, pixels.AsSpan(y * Size.Width, Size.Width));
        }
    }

    private void DecodeTiles(byte[] pixels)
    {
        int width = Number(TiffTag.TILEWIDTH), height = Number(TiffTag.TILELENGTH);
        int rowBytes = RequireSize(_tiff.TileRowSize(), width);
        byte[] tile = new byte[checked(rowBytes * height)];
        for (int y = 0; y < Size.Height; y += height)
        {
            for (int x = 0; x < Size.Width; x += width)
            {
                if (_tiff.ReadEncodedTile(_tiff.ComputeTile(x, y, 0, 0), tile, 0, tile.Length) != tile.Length)
                {
                    throw Damaged(TiffMessages.Take() ?? $"the tile at {x}, {y} can't be decoded");
                }

                for (int row = 0; row < Math.Min(height, Size.Height - y); row++)
                {
                    ToGray(tile.AsSpan(row * rowBytes, rowBytes), pixels.AsSpan(((y + row) * Size.Width) + x, Math.Min(width, Size.Width - x)));
                }
            }
        }
    }

    /// <summary>One row as the file has it, to 8-bit gray.</summary>
    private void ToGray(ReadOnlySpan<byte> row, Span<byte> gray)
    {
        if (_bits == 1)
        {
            for (int x = 0; x < gray.Length; x++)
            {
                gray[x] = (byte)((row[x / 8] & (0x80 >> (x % 8))) != 0 ? 255 : 0);
            }
        }
        else if (_bits == 8)
        {
            for (int x = 0; x < gray.Length; x++)
            {
                ReadOnlySpan<byte> pixel = row.Slice(x * _samples, _samples);
                gray[x] = IsColour ? (byte)GrayLevels.Luma(pixel[0], pixel[1], pixel[2]) : pixel[0];
            }
        }
        else
        {
            ReadOnlySpan<ushort> samples = MemoryMarshal.Cast<byte, ushort>(row);
            for (int x = 0; x < gray.Length; x++)
            {
                ReadOnlySpan<ushort> pixel = samples.Slice(x * _samples, _samples);
                gray[x] = GrayLevels.FromSixteenBits(IsColour ? GrayLevels.Luma(pixel[0], pixel[1], pixel[2]) : pixel[0]);
            }
        }

        if (_isInverted)
        {
            for (int x = 0; x < gray.Length; x++)
            {
                gray[x] = (byte)(255 - gray[x]);
            }
        }
    }

    private int RequireSize(int stated, int width)
    {
        long needed = (((long)width * _samples * _bits) + 7) / 8;
        return stated == needed ? stated : throw Damaged($"its rows have {stated} bytes, {needed} are needed");
    }

    private int Number(TiffTag tag) => _tiff.GetFieldDefaulted(tag) is { Length: > 0 } value
        ? value[0].ToInt()
        : throw Damaged($"it has no {tag}");

    private long[] Numbers(TiffTag tag) => _tiff.GetField(tag) is { Length: > 0 } value && value[0].Value is Array numbers
        ? [.. numbers.Cast<object>().Select(n => Convert.ToInt64(n, CultureInfo.InvariantCulture))]
        : throw Damaged($"it has no {tag}");

    private ImageFileException Damaged(string problem) => new(_path, $"damaged: {problem}");
}
