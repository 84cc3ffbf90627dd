namespace MpcgLine.Devices.Cameras.Replay;

/// <summary>What becomes of an image that can't be read.</summary>
public enum CorruptImagePolicy
{
    /// <summary>Its panel is announced and all its strips are torn: NotInspected, never silently skipped.</summary>
    TornPanel = 0,

    /// <summary>The camera fails, naming the file.</summary>
    Fail,
}
