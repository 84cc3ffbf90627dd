using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>The trained autoencoder in some arithmetic: <c>Irec = D(E(Isrc))</c> (Eqs. 1, 3, 4). Inference thread only.</summary>
internal interface IReconstruction : IDisposable
{
    /// <summary>Whether a single tile goes through by handle, and leaves no tensor behind.</summary>
    bool RunsByHandle { get; }

    /// <summary>Background of tiles.</summary>
    /// <param name="tiles"><c>[N, 1, 512, 512]</c>, uint8, gray levels, on the model's device.</param>
    /// <returns>
    /// <c>[N, 1, 512, 512]</c> float32, gray levels clamped to 0..255; valid until the next call and no longer than the
    /// caller's dispose scope.
    /// </returns>
    /// <exception cref="ModelException">A layer could not be run.</exception>
    Tensor Reconstruct(Tensor tiles);
}
