using System.CommandLine;
using System.Globalization;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.Service.Commands;

/// <summary>Options that several commands share, made afresh for each.</summary>
internal static class CommonOptions
{
    /// <summary>Bundle shipped beside the program.</summary>
    public static string ShippedModel { get; } = Path.Combine(AppContext.BaseDirectory, "configs", "models", "simulated-glass");

    /// <summary>The command as it was typed, for a bundle's manifest.</summary>
    public static string CommandLine(ParseResult parsed) => "mpcgline " + string.Join(' ', parsed.Tokens.Select(t => t.Value));

    /// <summary>In words, what became of masks and colours among good images; empty when there were none.</summary>
    public static string Remarks(GoodImages images) =>
        (images.MasksLeftOut > 0 ? $"; {images.MasksLeftOut} *-mask.png left out" : "")
        + (images.Coloured > 0 ? $"; {images.Coloured} colour images are reduced to gray" : "");

    /// <summary>In words, how many images, and of how many parts where that is another number.</summary>
    public static string Count(IReadOnlyList<NamedImage> images)
    {
        int parts = GoodImages.PartsOf(images);
        return parts == images.Count ? $"{images.Count} images" : $"{images.Count} images of {parts} parts";
    }

    public static Option<string> Model() => new("--model")
    {
        Description = "Model bundle (a folder).",
        DefaultValueFactory = _ => ShippedModel,
    };

    /// <summary>Says that a local profile decides; nothing where there is none.</summary>
    public static void PrintProfile(LocalProfile? profile)
    {
        if (profile is not null)
        {
            Console.WriteLine($"by the bundle's local profile: {profile.Precision}, with thresholds of its own");
        }
    }

    public static Option<FusionKind> Fusion() => Choice(
        "--fusion",
        "Rule that turns the maps into defects: the trained network, or the paper's equation 21.",
        FusionKind.Learned,
        ("learned", FusionKind.Learned),
        ("paper", FusionKind.Paper));

    public static Option<InferenceDevice> Device(string purpose = "Where the networks run") => Choice(
        "--device",
        $"{purpose}; cuda needs a CUDA build of libtorch.",
        InferenceDevice.Cpu,
        ("cpu", InferenceDevice.Cpu),
        ("cuda", InferenceDevice.Cuda));

    public static Option<ulong> Seed() => new("--seed") { Description = "Seed of all chance.", DefaultValueFactory = _ => 1UL };

    public static Option<int> Whole(string name, string description, int byDefault, int least, int most) =>
        Bounded(name, description, byDefault, least, most);

    public static Option<double> Number(string name, string description, double byDefault, double least, double most) =>
        Bounded(name, description, byDefault, least, most);

    /// <summary>An option that takes one of a few words.</summary>
    public static Option<T> Choice<T>(string name, string description, T byDefault, params (string Word, T Value)[] words)
        where T : struct
    {
        string allowed = string.Join("|", words.Select(w => w.Word));
        Option<T> option = new(name)
        {
            Description = description,
            HelpName = allowed,
            DefaultValueFactory = _ => byDefault,
            CustomParser = result =>
            {
                string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
                foreach ((string word, T value) in words)
                {
                    if (string.Equals(word, given, StringComparison.OrdinalIgnoreCase))
                    {
                        return value;
                    }
                }

                result.AddError($"{name} is '{given}'; allowed is {allowed}.");
                return byDefault;
            },
        };
        return option;
    }

    /// <summary>Whether the command line says it, and not a default.</summary>
    public static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static Option<T> Bounded<T>(string name, string description, T byDefault, T least, T most)
        where T : struct, IComparable<T>, IFormattable
    {
        string Text(T value) => value.ToString(null, CultureInfo.InvariantCulture);
        Option<T> option = new(name)
        {
            Description = $"{description} {Text(least)} to {Text(most)}.",
            DefaultValueFactory = _ => byDefault,
        };
        option.Validators.Add(result =>
        {
            T value = result.GetValueOrDefault<T>();
            if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            {
                result.AddError($"{name} is {Text(value)}; allowed is {Text(least)} to {Text(most)}.");
            }
        });
        return option;
    }
}
