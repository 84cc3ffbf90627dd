namespace MpcgLine.Learning.Baselines;

/// <summary>What the methods are called, and what each needs.</summary>
public static class InspectionMethods
{
    /// <summary>The word for a method on the command line and in files.</summary>
    public static string Word(this InspectionMethod method) => method switch
    {
        InspectionMethod.AutoencoderL2 => "ae-l2",
        InspectionMethod.AutoencoderSsim => "ae-ssim",
        InspectionMethod.MsFcae => "ms-fcae",
        _ => method.ToString().ToLowerInvariant(),
    };

    /// <summary>The name of a method for people.</summary>
    public static string Title(this InspectionMethod method) => method switch
    {
        InspectionMethod.Learned => "learned fusion",
        InspectionMethod.Paper => "regional analysis (Eq. 21)",
        InspectionMethod.Median => "median filter",
        InspectionMethod.Residual => "residual alone",
        InspectionMethod.Lca => "LCA",
        InspectionMethod.Phot => "PHOT",
        InspectionMethod.AutoencoderL2 => "AE (L2)",
        InspectionMethod.AutoencoderSsim => "AE (SSIM)",
        _ => "MS-FCAE (re-implementation)",
    };

    /// <summary>Whether a method starts from a model bundle; the others start from good images.</summary>
    public static bool NeedsBundle(this InspectionMethod method) =>
        method is InspectionMethod.Learned or InspectionMethod.Paper or InspectionMethod.Median or InspectionMethod.Residual;
}
