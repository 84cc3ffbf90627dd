namespace MpcgLine.Devices.Cameras.Bursts;

/// <summary>Panels one after the other, for a camera that plays them as bursts. Camera thread only.</summary>
internal interface IBurstSource : IDisposable
{
    /// <summary>Pixels per line, the same for every panel.</summary>
    int Width { get; }

    /// <summary>Makes the next panel ready; false at the end.</summary>
    /// <exception cref="Inspection.Acquisition.CameraException">The panel can't be read, and the source may not go on without it.</exception>
    bool TryNext(out BurstPanel panel);

    /// <summary>Lines of the panel made ready last, <c>[lineCount, Width]</c>; only if it is whole.</summary>
    void ReadLines(int firstLine, int lineCount, Span<byte> destination);
}
