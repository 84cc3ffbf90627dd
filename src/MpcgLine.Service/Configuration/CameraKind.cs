namespace MpcgLine.Service.Configuration;

/// <summary>Cameras the configuration can name.</summary>
internal enum CameraKind
{
    /// <summary>Rendered panels.</summary>
    Simulated,

    /// <summary>Panel images, or a recorded run.</summary>
    Replay,
}
