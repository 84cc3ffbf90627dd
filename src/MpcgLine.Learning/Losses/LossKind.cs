namespace MpcgLine.Learning.Losses;

/// <summary>The reconstruction losses compared in Table 1.</summary>
public enum LossKind
{
    /// <summary>Net1: SSIM weighted by local variance (Eq. 16), the one the paper adopts.</summary>
    WeightedSsim,

    /// <summary>Net2: SSIM (Eq. 15), mean over pixels.</summary>
    Ssim,

    /// <summary>Net3: squared error weighted by local variance (Eq. 9).</summary>
    WeightedMse,

    /// <summary>Net4: mean squared error (Eq. 6).</summary>
    Mse,
}
