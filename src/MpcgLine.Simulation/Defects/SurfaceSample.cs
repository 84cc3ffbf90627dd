namespace MpcgLine.Simulation.Defects;

/// <summary>What lies under and around a defect that is about to be rendered.</summary>
/// <param name="Surface">Kind under most of its pixels.</param>
/// <param name="TouchesPrint">Whether ink lies on or beside it.</param>
/// <param name="LowestGray">Darkest mean level under it, image gray levels.</param>
/// <param name="HighestGray">Brightest mean level under it, image gray levels.</param>
/// <param name="MeanGray">Average mean level under it, image gray levels.</param>
/// <param name="Deviation">Root mean square of texture, speckles and sensor noise within 6 px, image gray levels.</param>
/// <param name="Light">Illumination times gain there.</param>
/// <param name="CorrelationArea">Mean correlation area of that deviation, px.</param>
internal readonly record struct SurfaceSample(
    SurfaceKind Surface,
    bool TouchesPrint,
    float LowestGray,
    float HighestGray,
    float MeanGray,
    double Deviation,
    float Light,
    double CorrelationArea);
