namespace MpcgLine.Service.Configuration;

/// <summary>What is kept of the panels.</summary>
internal sealed class OutputOptions
{
    /// <summary>Folder for <c>verdicts.jsonl</c> and <c>overlays/</c>; empty, the default, keeps nothing.</summary>
    public string Folder { get; set; } = "";

    /// <summary>Panels a picture with boxes is kept of; default None. Each costs memory for a panel or three.</summary>
    public OverlayChoice Overlays { get; set; }

    /// <summary>Adds one sentence per value out of range.</summary>
    public void AddProblems(List<string> problems, string key)
    {
        if (Overlays != OverlayChoice.None && Folder.Length == 0)
        {
            problems.Add($"{key}:Overlays is {Overlays} while {key}:Folder is empty; overlays need a folder.");
        }
    }
}
