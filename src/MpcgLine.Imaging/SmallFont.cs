namespace MpcgLine.Imaging;

/// <summary>
/// Capitals, digits and a few signs as 3 x 5 dots: a server has no fonts installed, and labels must be readable there too.
/// </summary>
internal static class SmallFont
{
    public const int Width = 3;

    public const int Height = 5;

    /// <summary>Dots from letter to letter.</summary>
    public const int Advance = Width + 1;

    // Each letter, then its five rows from the top: the digit's bits are the dots, leftmost highest.
    private static readonly Dictionary<char, string> Glyphs = new string[]
    {
        "075557", "126227", "271747", "371717", "455711", "574717", "674757", "771122", "875757", "975717",
        ".00002", "-00700", "D65556", "O75557", "T72222", "S74717", "R65655", "I72227", "P75744",
    }.ToDictionary(glyph => glyph[0], glyph => glyph[1..]);

    /// <summary>Whether a dot of a letter is ink; letters not known are blank.</summary>
    public static bool IsInk(char letter, int x, int y) =>
        Glyphs.TryGetValue(letter, out string? rows) && ((rows[y] - '0') & (4 >> x)) != 0;
}
