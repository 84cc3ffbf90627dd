namespace MpcgLine.Service.Configuration;

/// <summary>What the replay camera plays.</summary>
internal sealed class ReplayOptions
{
    /// <summary>
    /// Folders of panel images and single images, merged in the order of the file names; or one recorded run
    /// (<c>.strips</c>) alone.
    /// </summary>
    public IReadOnlyList<string> Sources { get; set; } = [];

    /// <summary>Times they are played, 1 and more; default 1.</summary>
    public int Repeat { get; set; } = 1;
}
