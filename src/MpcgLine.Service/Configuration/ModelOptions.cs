using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Service.Commands;

namespace MpcgLine.Service.Configuration;

/// <summary>The model and how it runs.</summary>
internal sealed class ModelOptions
{
    /// <summary>Folder of the bundle; empty, the default, takes the shipped simulated-glass.</summary>
    public string Bundle { get; set; } = "";

    /// <summary>Rule that turns the maps into defects; default Learned.</summary>
    public FusionKind Fusion { get; set; }

    /// <summary>Arithmetic of the networks; default Auto, which goes by the bundle's profile where it has one. Int8 needs one.</summary>
    public Precision Precision { get; set; }

    /// <summary>Processor or GPU; default Cpu.</summary>
    public InferenceDevice Device { get; set; }

    /// <summary>Threads of the tensor library, 0 .. 64; 0, the default, leaves its own choice.</summary>
    public int Threads { get; set; }

    /// <summary>
    /// Most tiles of one batch, 1 .. 32; default 4. The liveness token waits for a batch, and the PLC allows the heartbeat
    /// 500 ms: on a processor take no more than 200 ms divided by what a tile costs, 8 at most; what a tile costs,
    /// <c>mpcgline demo</c> says. On a GPU the number of tiles in a tile row is best.
    /// </summary>
    public int BatchTiles { get; set; } = 4;

    /// <summary>
    /// Whether a GPU's work on a batch is captured once and then started as a whole; default true. With false its operations
    /// are started one by one, which takes longer: for a libtorch whose capture fails and ends the program.
    /// </summary>
    public bool CudaGraph { get; set; } = true;

    /// <summary>Folder of the bundle that is meant.</summary>
    public string Folder => Bundle.Length > 0 ? Bundle : CommonOptions.ShippedModel;

    /// <summary>The same as the inference stage takes it.</summary>
    public InferenceOptions Inference() => new()
    {
        Fusion = Fusion,
        Precision = Precision,
        Device = Device,
        Threads = Threads,
        BatchTiles = BatchTiles,
        UseCudaGraph = CudaGraph,
    };

    /// <summary>Adds one sentence per value out of range.</summary>
    public void AddProblems(List<string> problems, string key)
    {
        if (!Directory.Exists(Folder))
        {
            problems.Add($"{key}:Bundle is '{Folder}', which does not exist; allowed is the folder of a model bundle.");
        }

        if (Threads is < 0 or > 64)
        {
            problems.Add($"{key}:Threads is {Threads}; allowed is 0 to 64.");
        }

        if (BatchTiles is < 1 or > 32)
        {
            problems.Add($"{key}:BatchTiles is {BatchTiles}; allowed is 1 to 32.");
        }
    }
}
