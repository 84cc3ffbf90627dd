using BenchmarkDotNet.Attributes;
using MpcgLine.Inspection.Regions;

namespace MpcgLine.Benchmarks;

/// <summary>Joining the defective pixels of one row of tile cores, 448 lines.</summary>
[InProcess]
[MemoryDiagnoser]
public class RegionBenchmarks
{
    private const int Width = 1024, Lines = 448, Edge = 6;

    private readonly RegionJoiner _joiner = new(Width, new RegionOptions());
    private readonly byte[] _defective = new byte[Width * Lines];
    private readonly sbyte[] _residual = new sbyte[Width];
    private readonly float[] _scores = new float[Width / 4];

    /// <summary>Defects of 6 x 6 px among the lines.</summary>
    [Params(0, 5, 500)]
    public int Defects { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        Random random = new(1);
        Array.Clear(_defective);
        for (int i = 0; i < Defects; i++)
        {
            int left = random.Next(Width - Edge), top = random.Next(Lines - Edge);
            for (int y = top; y < top + Edge; y++)
            {
                _defective.AsSpan((y * Width) + left, Edge).Fill(1);
            }
        }
    }

    [Benchmark]
    public int Join()
    {
        _joiner.Reset();
        for (int line = 0; line < Lines; line++)
        {
            _joiner.AddLine(line, _defective.AsSpan(line * Width, Width), _residual, _scores);
        }

        _joiner.CloseAll();
        return _joiner.Closed.Count;
    }
}
