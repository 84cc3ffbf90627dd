namespace MpcgLine.Simulation.Defects;

/// <summary>A defect as it changes the surface: coverage, added gray level, and the share of texture left.</summary>
/// <param name="Patch">Where.</param>
/// <param name="Added">Gray levels added at full coverage, before illumination and gain.</param>
/// <param name="TextureLeft">Share of the underlying texture that survives at full coverage.</param>
/// <param name="ReplacedBy">Gray level that replaces the surface, where something is missing rather than marked.</param>
/// <param name="Truth">What is told about it.</param>
internal sealed record RenderedDefect(DefectPatch Patch, float Added, float TextureLeft, float? ReplacedBy, TrueDefect Truth)
{
    /// <summary>Changes mean and texture of one row.</summary>
    public void Paint(int row, Span<float> mean, Span<float> texture)
    {
        int y = row - Patch.Origin.Y;
        if (y < 0 || y >= Patch.Height)
        {
            return;
        }

        int first = Math.Max(0, -Patch.Origin.X);
        int end = Math.Min(Patch.Width, mean.Length - Patch.Origin.X);
        for (int x = first; x < end; x++)
        {
            float coverage = Patch.Coverage[(y * Patch.Width) + x];
            if (coverage <= 0)
            {
                continue;
            }

            int column = Patch.Origin.X + x;
            mean[column] += coverage * (ReplacedBy is { } level ? level - mean[column] : Added);
            texture[column] *= 1 - (coverage * (1 - TextureLeft));
        }
    }

    /// <summary>Sets the defect's pixels of one row to 255.</summary>
    public void PaintMask(int row, Span<byte> mask)
    {
        int y = row - Patch.Origin.Y;
        if (y < 0 || y >= Patch.Height)
        {
            return;
        }

        for (int x = 0; x < Patch.Width; x++)
        {
            if (Patch.IsDefect((y * Patch.Width) + x))
            {
                mask[Patch.Origin.X + x] = 255;
            }
        }
    }
}
