using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Inspection.Rejection;

/// <summary>
/// Finds the one announced part a panel is. The panel's leading edge, expressed in the PLC's encoder, must lie at
/// the configured distance from exactly one announced part, within the tolerance, modulo 2^32. None or two bind
/// nothing: the latest id is never a guess worth making. One thread; allocates nothing after construction.
/// </summary>
public sealed class PartBinding
{
    private readonly PartBindingOptions _options;
    private readonly AnnouncedPart[] _parts;
    private readonly bool[] _bound;
    private long _announced;
    private bool _hasCamera;
    private EncoderCount _lastCamera;
    private long _unwrappedCamera;

    /// <exception cref="ArgumentException">The options have problems; the message lists all of them.</exception>
    public PartBinding(PartBindingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<string> problems = options.Problems();
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", problems), nameof(options));
        }

        _options = options;
        _parts = new AnnouncedPart[options.Capacity];
        _bound = new bool[options.Capacity];
    }

    /// <summary>Remembers a part; the oldest is forgotten once the capacity is reached.</summary>
    public void Announce(in AnnouncedPart part)
    {
        int at = (int)(_announced % _parts.Length);
        _parts[at] = part;
        _bound[at] = false;
        _announced++;
    }

    /// <summary>Forgets every part: nothing announced before binds any more.</summary>
    public void Forget() => _announced = 0;

    /// <summary>
    /// A camera position in the PLC's encoder. Positions must be asked for in the order of travel, less than 2^31
    /// counts apart: where the scale is not 1, they are followed across the camera counter's wrap.
    /// </summary>
    public EncoderCount ToPlc(EncoderCount camera)
    {
        _unwrappedCamera = _hasCamera ? _unwrappedCamera + _lastCamera.DistanceTo(camera) : camera.Value;
        _hasCamera = true;
        _lastCamera = camera;
        long scaled = _options.EncoderScale == 1
            ? _unwrappedCamera
            : (long)Math.Round(_unwrappedCamera * _options.EncoderScale);
        return new EncoderCount(0).Advance(scaled + _options.EncoderOffset);
    }

    /// <summary>
    /// Binds a leading edge. A part binds once; bound ones still count as fits, so that a second panel in the same
    /// place is ambiguous and not passed on to a neighbour.
    /// </summary>
    /// <param name="leadingEdge">In the PLC's encoder, from <see cref="ToPlc"/>.</param>
    /// <param name="part">The part, where the result is true.</param>
    public bool TryBind(EncoderCount leadingEdge, out AnnouncedPart part)
    {
        part = default;
        int fit = -1;
        int known = (int)Math.Min(_announced, _parts.Length);
        for (int i = 0; i < known; i++)
        {
            EncoderCount expected = _parts[i].Encoder.Advance(_options.Distance);
            if (Math.Abs((long)expected.DistanceTo(leadingEdge)) > _options.Tolerance)
            {
                continue;
            }

            if (fit >= 0)
            {
                return false;
            }

            fit = i;
        }

        if (fit < 0 || _bound[fit])
        {
            return false;
        }

        _bound[fit] = true;
        part = _parts[fit];
        return true;
    }
}
