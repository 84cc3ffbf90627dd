using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.Learning.Bundles;

/// <summary>A bundle as it is run on this machine.</summary>
/// <param name="Bundle">With the thresholds of its local profile, where that is used.</param>
/// <param name="Inference">As asked for, <see cref="Precision.Auto"/> replaced by the profile's choice, where that is used.</param>
/// <param name="Profile">The local profile; null where there is none, or another arithmetic was asked for.</param>
public sealed record LoadedModel(ModelBundle Bundle, InferenceOptions Inference, LocalProfile? Profile)
{
    /// <summary>
    /// Reads and proves a bundle, and its local profile where the arithmetic is left to it, on the processor in
    /// <see cref="Precision.Auto"/>, or in <see cref="Precision.Int8"/>, whose thresholds are in it. A number of threads asked for is kept.
    /// </summary>
    /// <exception cref="ModelException">A file of the bundle is not as it must be, its profile is damaged or of another machine or bundle, or Int8 is asked for and it is not that profile's.</exception>
    public static LoadedModel Read(string folder, InferenceOptions asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ModelBundle bundle = ModelFolder.Read(folder);
        LocalProfile? profile = asked.Device == InferenceDevice.Cpu && asked.Precision is Precision.Auto or Precision.Int8 ? ModelFolder.ReadProfile(folder) : null;
        if (asked.Precision == Precision.Int8 && profile?.Precision != Precision.Int8)
        {
            throw new ModelException(
                $"Model bundle {folder}: precision Int8 needs a profile that was proven in it, and {(profile is null ? "there is none" : $"this one's is {profile.Precision}")}: run `mpcgline bench --tune` here, or take another precision.");
        }

        if (profile is null)
        {
            return new LoadedModel(bundle, asked, null);
        }

        try
        {
            profile.RequireFitting(Processors.ThisMachine(), bundle.Manifest);
        }
        catch (ModelException e)
        {
            throw new ModelException($"Model bundle {folder}: {e.Message}", e);
        }

        InferenceOptions inference = asked with
        {
            Precision = profile.Precision,
            ActivationRanges = profile.ActivationRanges,
            Threads = asked.Threads > 0 ? asked.Threads : profile.Threads,
        };
        return new LoadedModel(bundle.WithCalibration(profile.Calibration), inference, profile);
    }
}
