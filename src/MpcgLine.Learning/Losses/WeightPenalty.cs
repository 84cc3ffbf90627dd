namespace MpcgLine.Learning.Losses;

/// <summary>How lambda holds the kernels of the reconstruction small.</summary>
public enum WeightPenalty
{
    /// <summary>Decoupled decay: every update shrinks a kernel by lambda times the rate.</summary>
    Decay,

    /// <summary>The printed term of Eqs. 5 and 16: lambda times the Frobenius norm of all kernels, added to the loss.</summary>
    Norm,
}
