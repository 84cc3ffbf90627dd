namespace MpcgLine.Inspection.Reconstruction.Native.Winograd;

/// <summary>
/// A kernel of three elements along one axis with fewer products than written out (Winograd's minimal filtering; Lavin, Gray,
/// "Fast Algorithms for Convolutional Neural Networks", 2016): results = A' ((G kernel) (B' values)),
/// the product element by element, each of which is called a point. Along both axes it makes a square of
/// results, which the literature calls a tile; a tile here is 512 x 512 px.
/// </summary>
internal unsafe interface IMinimalFilter
{
    /// <summary>Values that are read for one row of results.</summary>
    static abstract int Values { get; }

    /// <summary>Products.</summary>
    static abstract int Points { get; }

    /// <summary>Results.</summary>
    static abstract int Results { get; }

    /// <summary>Values from the first of one row of results to the first of the next.</summary>
    static abstract int Step { get; }

    /// <summary>Values that are read before the first one of a map: zeros.</summary>
    static abstract int Before { get; }

    /// <summary>G: each point's three factors of the kernel's elements, in the order in which the layer's weights have them.</summary>
    static abstract ReadOnlySpan<double> Kernel { get; }

    /// <summary>B': eight channels at once.</summary>
    /// <param name="from">The first value.</param>
    /// <param name="fromStride">From one value to the next.</param>
    /// <param name="to">Where the first point goes.</param>
    /// <param name="toStride">From one point to the next.</param>
    static abstract void TransformValues(float* from, nint fromStride, float* to, nint toStride);

    /// <summary>A': eight channels at once.</summary>
    /// <param name="from">The first point's sum.</param>
    /// <param name="fromStride">From one point's to the next.</param>
    /// <param name="to">Where the first result goes.</param>
    /// <param name="toStride">From one result to the next.</param>
    static abstract void TransformSums(float* from, nint fromStride, float* to, nint toStride);
}
