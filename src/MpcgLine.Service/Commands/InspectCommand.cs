using System.CommandLine;
using MpcgLine.Imaging;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Learning.Bundles;
using MpcgLine.Service.Records;

namespace MpcgLine.Service.Commands;

/// <summary><c>mpcgline inspect</c>: images in, defects out; exit code 0 clean, 1 defects, 2 any error.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        Argument<string[]> images = new("images")
        {
            Description = $"Images ({ImageNames.Formats}), or folders whose images are inspected.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> model = CommonOptions.Model();
        Option<string?> folder = new("--out") { Description = "Folder for overlays (PNG) and defects.jsonl. Default: only the table is shown." };
        Option<FusionKind> fusion = CommonOptions.Fusion();
        InferenceCommandOptions inference = new();
        EdgeCommandOptions edges = new();
        Command command = new("inspect", "Inspect images of any size. Exit code: 0 all clean, 1 defects found, 2 any error.")
        {
            images, model, folder, fusion,
        };
        inference.AddTo(command);
        edges.AddTo(command);
        command.SetAction(parsed =>
        {
            IReadOnlyList<ImageSource> sources = ImageSource.Find(parsed.GetRequiredValue(images));
            LoadedModel loaded = LoadedModel.Read(parsed.GetRequiredValue(model), inference.Read(parsed) with { Fusion = parsed.GetValue(fusion) });
            CommonOptions.PrintProfile(loaded.Profile);
            TorchRuntime.Load();
            return Run(sources, loaded.Bundle, loaded.Inference, edges.Read(parsed), parsed.GetValue(folder));
        });
        return command;
    }

    // Apart, so that no TorchSharp type is touched before libtorch is loaded.
    private static int Run(
        IReadOnlyList<ImageSource> sources, ModelBundle bundle, InferenceOptions inference, EdgeOptions edges, string? folder)
    {
        using ImageInspection inspection = new(bundle, inference, edges);
        using ImageResults results = new(folder);
        foreach (ImageSource source in sources)
        {
            results.Take(source, inspection);
        }

        results.Print();
        return results.ExitCode;
    }
}
