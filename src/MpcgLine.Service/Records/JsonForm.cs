using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MpcgLine.Service.Records;

/// <summary>How this program writes JSON files: camel case, enums as words, file names readable.</summary>
internal static class JsonForm
{
    /// <summary>One object per line.</summary>
    public static JsonSerializerOptions Line { get; } = Make(indented: false);

    /// <summary>For people.</summary>
    public static JsonSerializerOptions Indented { get; } = Make(indented: true);

    /// <summary>A number as it is written: to a thousandth.</summary>
    public static double Round(double value) => Math.Round(value, 3);

    /// <summary>A box as it is written: x, y, width, height.</summary>
    public static int[] Box(Inspection.Primitives.PixelBox box) => [box.X, box.Y, box.Width, box.Height];

    private static JsonSerializerOptions Make(bool indented) => new(JsonSerializerDefaults.Web)
    {
        WriteIndented = indented,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}
