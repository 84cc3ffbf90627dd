using BenchmarkDotNet.Attributes;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Benchmarks;

/// <summary>Outlines of one tile.</summary>
[InProcess]
[MemoryDiagnoser]
public class OutlineBenchmarks
{
    private const int Size = TileRowFindings.TileSize, Cells = TileRowFindings.ScoreSize;
    private const int Spacing = 60, Edge = 8;

    private readonly SuspectOutline _outline = new();
    private readonly TileRowFindings _findings = new(1);
    private readonly float[] _given = new float[Cells * Cells];
    private readonly byte[] _inspected = new byte[Size * Size];

    /// <summary>Suspected places.</summary>
    [Params(0, 1, 36)]
    public int Suspects { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        Random random = new(1);
        Span<sbyte> residual = _findings.Residual(0);
        for (int i = 0; i < residual.Length; i++)
        {
            residual[i] = (sbyte)random.Next(-8, 9);
        }

        Array.Fill(_inspected, (byte)1);
        Array.Fill(_given, -5f);
        for (int i = 0; i < Suspects; i++)
        {
            int left = Spacing + (i % 6 * Spacing), top = Spacing + (i / 6 * Spacing);
            for (int y = top; y < top + Edge; y++)
            {
                residual.Slice((y * Size) + left, Edge).Fill(60);
                _given.AsSpan((y / 4 * Cells) + (left / 4), Edge / 4).Fill(5);
            }
        }
    }

    [Benchmark]
    public void Draw()
    {
        // Drawing changes the scores.
        _given.CopyTo(_findings.Scores(0));
        _outline.Draw(_findings, 0, 0, _inspected);
    }
}
