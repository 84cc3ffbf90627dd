using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.Learning.Bundles;

/// <summary>A bundle as it is run on this machine.</summary>
/// <param name="Bundle">With the thresholds of its local profile, where that is used.</param>
/// <param name="Inference">As asked for, <see cref="Precision.Auto"/> replaced by the profile's choice, where that is used.</param>
/// <param name="Profile">The local profile; null where there is none, or another arithmetic was asked for.</param>
public sealed record LoadedModel(ModelBundle Bundle, InferenceOptions Inference, LocalProfile? Profile)
{
    /// <summary>
    /// Reads and proves a bundle, and its local profile where the arithmetic is left to it: on the processor, in
    /// <see cref="Precision.Auto"/>. A number of threads asked for is kept.
    /// </summary>
    /// <exception cref="ModelException">A file of the bundle is not as it must be, or its profile is damaged or of another machine or bundle.</exception>
    public static LoadedModel Read(string folder, InferenceOptions asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ModelBundle bundle = ModelFolder.Read(folder);
        if (asked.Precision != Precision.Auto || asked.Device != InferenceDevice.Cpu || ModelFolder.ReadProfile(folder) is not { } profile)
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
