using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.UnitTests.Difference;

public sealed class SuspectOutlineTests
{
    private const int Size = TileRowFindings.TileSize, Cells = TileRowFindings.ScoreSize;

    private readonly float[] _scores = [.. Enumerable.Repeat(-5f, Cells * Cells)];
    private readonly sbyte[] _residual = new sbyte[Size * Size];
    private readonly byte[] _inspected = [.. Enumerable.Repeat((byte)1, Size * Size)];
    private readonly byte[] _defective = [.. Enumerable.Repeat((byte)1, Size * Size)];

    [Fact]
    public void Draw_NothingSuspected_ClearsTheMask()
    {
        Draw();

        Assert.DoesNotContain((byte)1, _defective);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    public void Draw_DiscOfEitherSign_HasAboutItsArea(int contrast)
    {
        PaintDisc(202, 302, 6, (sbyte)contrast);

        Draw();

        int area = _defective.Count(p => p == 1);
        // Half maximum of a smoothed disc of radius 6 keeps its area of 113 px; a border of half a pixel is 20 px.
        Assert.InRange(area, 90, 140);
    }

    [Fact]
    public void Draw_BackgroundOffset_DoesNotCountAsDefect()
    {
        Array.Fill(_residual, (sbyte)20);
        PaintDisc(202, 302, 5, 70);

        Draw();

        Assert.InRange(_defective.Count(p => p == 1), 60, 110);
    }

    [Fact]
    public void Draw_DefectOutsideTheInspectedArea_IsNeitherDrawnNorScored()
    {
        PaintDisc(202, 302, 6, 60);
        for (int y = 0; y < Size; y++)
        {
            _inspected.AsSpan((y * Size) + 150, Size - 150).Clear();
        }

        Draw();

        Assert.DoesNotContain((byte)1, _defective);
        Assert.Equal(float.NegativeInfinity, _scores[(75 * Cells) + 50]);
    }

    [Fact]
    public void Draw_SuspectWithoutAnyResidual_KeepsItsCells()
    {
        _scores[(50 * Cells) + 60] = 5;

        Draw();

        Assert.Equal(16, _defective.Count(p => p == 1));
        Assert.Equal(1, _defective[(201 * Size) + 241]);
    }

    [Fact]
    public void Draw_PixelsBesideTheSuspectedCells_AreScoredLikeThem()
    {
        PaintDisc(200, 300, 6, 60);
        Array.Fill(_scores, -5f);
        _scores[(75 * Cells) + 50] = 3;

        Draw();

        for (int i = 0; i < _defective.Length; i++)
        {
            Assert.True(_defective[i] == 0 || _scores[(i / Size / 4 * Cells) + (i % Size / 4)] >= 0);
        }
    }

    [Fact]
    public void Draw_FaintEndOfAStrip_IsDrawnBesideItsStrongMiddle()
    {
        for (int x = 100; x < 220; x++)
        {
            sbyte contrast = (sbyte)(x < 180 ? 90 : 24);
            for (int y = 200; y < 206; y++)
            {
                _residual[(y * Size) + x] = contrast;
                _scores[(y / 4 * Cells) + (x / 4)] = 5;
            }
        }

        Draw();

        Assert.Equal(1, _defective[(203 * Size) + 120]);
        Assert.Equal(1, _defective[(203 * Size) + 210]);
    }

    [Fact]
    public void Draw_StructureInTheDefectsHalo_IsLeftOut()
    {
        PaintDisc(200, 300, 6, 60);
        for (int y = 288; y < 312; y++)
        {
            _residual[(y * Size) + 212] = 60;
            for (int x = 188; x < 216; x++)
            {
                ref float score = ref _scores[(y / 4 * Cells) + (x / 4)];
                score = Math.Max(score, 1);
            }
        }

        Draw();

        Assert.Equal(1, _defective[(300 * Size) + 200]);
        Assert.All(Enumerable.Range(288, 24), y => Assert.Equal(0, _defective[(y * Size) + 212]));
    }

    [Fact]
    public void Draw_EndOfAStripScoredLow_StaysWithTheStrip()
    {
        for (int x = 100; x < 220; x++)
        {
            for (int y = 200; y < 206; y++)
            {
                _residual[(y * Size) + x] = 40;
                _scores[(y / 4 * Cells) + (x / 4)] = x < 180 ? 20 : 1;
            }
        }

        Draw();

        Assert.Equal(1, _defective[(203 * Size) + 210]);
    }

    [Fact]
    public void Draw_WeakDefectTwentyPixelsFromAStrongOne_IsDrawnToo()
    {
        PaintDisc(200, 300, 4, 90);
        PaintDisc(230, 300, 4, 30);
        for (int x = 196; x < 234; x++)
        {
            ref float score = ref _scores[(300 / 4 * Cells) + (x / 4)];
            score = x < 210 ? 40 : Math.Max(score, 1);
        }

        Draw();

        Assert.Equal(1, _defective[(300 * Size) + 200]);
        Assert.Equal(1, _defective[(300 * Size) + 230]);
    }

    private void Draw()
    {
        TileRowFindings findings = new(1);
        _scores.CopyTo(findings.Scores(0));
        _residual.CopyTo(findings.Residual(0));
        _defective.CopyTo(findings.WritableDefective(0));
        new SuspectOutline().Draw(findings, 0, 0, _inspected);
        findings.Scores(0).CopyTo(_scores);
        findings.Defective(0).CopyTo(_defective);
    }

    private void PaintDisc(int cx, int cy, int radius, sbyte residual)
    {
        for (int y = cy - radius; y <= cy + radius; y++)
        {
            for (int x = cx - radius; x <= cx + radius; x++)
            {
                if (((x - cx) * (x - cx)) + ((y - cy) * (y - cy)) <= radius * radius)
                {
                    _residual[(y * Size) + x] = residual;
                    _scores[(y / 4 * Cells) + (x / 4)] = 5;
                }
            }
        }
    }
}
