namespace MpcgLine.Simulation.Layout;

/// <summary>Plain stroke font on a grid 4 wide and 6 high; each point is two digits, column and row.</summary>
internal static class StrokeFont
{
    private static readonly Dictionary<char, string> Glyphs = new()
    {
        ['0'] = "011030414536160501",
        ['1'] = "112026 1636",
        ['2'] = "01103041420646",
        ['3'] = "0110304142331333 334445361605",
        ['4'] = "36300444",
        ['5'] = "40000222324345361605",
        ['6'] = "413010010516364544331304",
        ['7'] = "00404126",
        ['8'] = "130201103041423313 1304051636454433",
        ['9'] = "433313020110304145361605",
        ['A'] = "0602204246 0444",
        ['C'] = "4130100105163645",
        ['E'] = "40000646 0333",
        ['G'] = "41301001051636454323",
        ['L'] = "000646",
        ['M'] = "0600234046",
        ['N'] = "06004640",
        ['O'] = "011030414536160501",
        ['P'] = "06003041423303",
        ['S'] = "413010010213334445361605",
        ['T'] = "0040 2026",
        ['-'] = "1333",
    };

    /// <summary>Line segments of a character in grid units; empty for a space.</summary>
    public static IEnumerable<(float U0, float V0, float U1, float V1)> Segments(char character)
    {
        if (!Glyphs.TryGetValue(character, out string? glyph))
        {
            yield break;
        }

        foreach (string stroke in glyph.Split(' '))
        {
            for (int i = 0; i + 4 <= stroke.Length; i += 2)
            {
                yield return (stroke[i] - '0', stroke[i + 1] - '0', stroke[i + 2] - '0', stroke[i + 3] - '0');
            }
        }
    }
}
