namespace MpcgLine.Simulation.Layout;

/// <summary>Gray level and texture of a surface before illumination and camera; amplitudes are standard deviations in gray levels.</summary>
/// <param name="Mean">Gray level.</param>
/// <param name="Fine">Grain of about 1 px.</param>
/// <param name="Grain">Grain correlated over about 4 px.</param>
/// <param name="Brush">Streaks along travel.</param>
/// <param name="Coarse">Texture of a transition zone, correlated over about 8 px.</param>
/// <param name="Mottle">Slow unevenness, tens of px.</param>
/// <param name="Speckle">Share of full speckle contrast; above 0 on transition zones only.</param>
internal readonly record struct Material(
    float Mean, float Fine = 0, float Grain = 0, float Brush = 0, float Coarse = 0, float Mottle = 1, float Speckle = 0);
