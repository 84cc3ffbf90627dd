namespace MpcgLine.Learning.Baselines;

/// <summary>A way of telling defective from sound, to be scored beside the others.</summary>
public enum InspectionMethod
{
    /// <summary>A bundle with its learned fusion: what production runs.</summary>
    Learned,

    /// <summary>A bundle with equation 21 as printed; epsilon is what is calibrated.</summary>
    Paper,

    /// <summary>A bundle's reconstruction with a median filter instead of the regional analysis (Table 2).</summary>
    Median,

    /// <summary>A bundle's residual with neither filter nor regional analysis.</summary>
    Residual,

    /// <summary>Low-pass filtering with curvature analysis (Tsai and Huang 2003).</summary>
    Lca,

    /// <summary>Phase only transform (Aiger and Talbot 2010).</summary>
    Phot,

    /// <summary>Autoencoder of Bergmann et al. 2019, trained and compared by squared error.</summary>
    AutoencoderL2,

    /// <summary>The same autoencoder, trained and compared by SSIM.</summary>
    AutoencoderSsim,

    /// <summary>Multiscale autoencoder with feature clustering, after Yang et al. 2019: our re-implementation.</summary>
    MsFcae,
}
