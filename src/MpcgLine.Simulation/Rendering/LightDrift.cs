using MpcgLine.Simulation.Noise;

namespace MpcgLine.Simulation.Rendering;

/// <summary>Light along travel: a gradient per part and a slow drift of the lamp, within about +-4 %.</summary>
internal sealed class LightDrift
{
    private readonly Wander _drift;
    private readonly float _slope;
    private readonly float _middle;

    public LightDrift(ulong seed, int length)
    {
        _drift = new Wander(Hash.Derive(seed, 31), 0.015f);
        _middle = length / 2f;
        _slope = 0.025f * Hash.Signed(Hash.Derive(seed, 32)) / _middle;
    }

    /// <summary>Factor on the light of a row.</summary>
    public float At(int row) => 1 + (_slope * (row - _middle)) + _drift.At(0, row * 0.4f);
}
