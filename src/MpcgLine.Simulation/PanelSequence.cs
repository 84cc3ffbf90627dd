using System.Collections;
using MpcgLine.Simulation.Noise;

namespace MpcgLine.Simulation;

/// <summary>
/// The panels of one simulated production line, one after the other: same camera, same product, every part with its
/// own pose, edges, texture and defects. Panel k depends on the base seed and k alone; nothing is kept.
/// </summary>
public sealed class PanelSequence : IReadOnlyList<SimulatedPanel>
{
    private readonly PanelSimulationOptions _template;
    private readonly bool[] _clean;

    /// <summary>A sequence after a template, whose <see cref="PanelSimulationOptions.Seed"/> is the base seed.</summary>
    /// <param name="template">Options of every panel; seed and part serial are replaced panel by panel, counted from the template's serial.</param>
    /// <param name="count">Panels, 1 or more.</param>
    /// <param name="cleanCount">Panels without defects, 0..<paramref name="count"/>, at places drawn from the seed.</param>
    /// <exception cref="ArgumentException">The template is not usable.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count outside its range.</exception>
    public PanelSequence(PanelSimulationOptions template, int count, int cleanCount)
    {
        ArgumentNullException.ThrowIfNull(template);
        if (template.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(template));
        }

        if (count < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(count), $"{count} panels asked for; at least 1.");
        }

        if (cleanCount < 0 || cleanCount > count)
        {
            throw new ArgumentOutOfRangeException(nameof(cleanCount), $"{cleanCount} clean panels asked for; allowed is 0..{count}.");
        }

        _template = template;
        _clean = new bool[count];
        _clean.AsSpan(0, cleanCount).Fill(true);
        SeededRandom random = new(Hash.Derive(template.Seed, 71));
        for (int i = count - 1; i > 0; i--)
        {
            int other = random.Below(i + 1);
            (_clean[i], _clean[other]) = (_clean[other], _clean[i]);
        }
    }

    /// <inheritdoc/>
    public int Count => _clean.Length;

    /// <summary>Panel at a place, built afresh on each access: hold it while it is in use.</summary>
    public SimulatedPanel this[int index] => new(OptionsOf(index));

    /// <summary>Whether the panel at a place has no defects.</summary>
    public bool IsClean(int index) => _clean[index] || _template.DefectCount == 0;

    /// <summary>Options of the panel at a place, without building it.</summary>
    public PanelSimulationOptions OptionsOf(int index) => _template with
    {
        Seed = Hash.Derive(_template.Seed, 1000 + (ulong)index),
        PartSerial = (_template.PartSerial + index) % 1_000_000,
        DefectCount = _clean[index] ? 0 : _template.DefectCount,
    };

    /// <inheritdoc/>
    public IEnumerator<SimulatedPanel> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
