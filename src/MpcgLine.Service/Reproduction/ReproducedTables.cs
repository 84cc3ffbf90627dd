namespace MpcgLine.Service.Reproduction;

/// <summary>Which tables are made.</summary>
[Flags]
internal enum ReproducedTables
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The paper's Table 1: losses.</summary>
    Losses = 1,

    /// <summary>Its Table 2: what removes false detections.</summary>
    Filters = 2,

    /// <summary>Its Table 3: methods.</summary>
    Methods = 4,

    /// <summary>Not in the paper: which maps the learned fusion needs.</summary>
    Maps = 8,

    /// <summary>The paper's.</summary>
    Printed = Losses | Filters | Methods,
}
