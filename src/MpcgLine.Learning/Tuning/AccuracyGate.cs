using System.Globalization;
using MpcgLine.Learning.Evaluation;

namespace MpcgLine.Learning.Tuning;

/// <summary>How far one arithmetic's answers lie from those of single precision, each by its own threshold.</summary>
/// <param name="Images">Images compared.</param>
/// <param name="F1">F1 of cells against the rendered defects.</param>
/// <param name="ReferenceF1">The same in single precision.</param>
/// <param name="OtherVerdicts">Images judged otherwise.</param>
/// <param name="ClearlyOther">Of these, those whose score in single precision is not within 2 % of its threshold.</param>
/// <param name="CrossedCells">Share of all cells on the other side of the threshold.</param>
public sealed record AccuracyGate(int Images, double F1, double ReferenceF1, int OtherVerdicts, int ClearlyOther, double CrossedCells)
{
    private const double MostF1Difference = 0.005, Narrow = 0.02, MostCrossedCells = 0.002;

    /// <summary>Why the arithmetic is not accurate enough; null when it is.</summary>
    public string? Failure => Images == 0 || ReferenceF1 == 0
        ? Text($"nothing is proven: of {Images} images compared single precision finds no defect")
        : (F1Differs: !(Math.Abs(F1 - ReferenceF1) <= MostF1Difference), ClearlyOther, CrossedCells) switch
        {
            { F1Differs: true } => Text($"F1 of cells {F1:0.0000} where single precision has {ReferenceF1:0.0000} (allowed: {MostF1Difference} apart)"),
            { ClearlyOther: > 0 } => Text($"{ClearlyOther} images are judged otherwise though their scores lie more than {Narrow:P0} from the threshold"),
            { CrossedCells: > MostCrossedCells } => Text($"{CrossedCells:P3} of the cells cross the threshold (allowed: {MostCrossedCells:P1})"),
            _ => null,
        };

    /// <summary>Compares.</summary>
    internal static AccuracyGate Compare(IReadOnlyList<GateImage> images, GateScores candidate, GateScores reference)
    {
        var ours = new CellCounts();
        var theirs = new CellCounts();
        int compared = 0, otherVerdicts = 0, clearlyOther = 0;
        long cells = 0, crossed = 0;
        for (int i = 0; i < images.Count; i++)
        {
            if (candidate.Maps[i] is not { } map || reference.Maps[i] is not { } expected)
            {
                // What one of them would not inspect, and reject, is judged otherwise; what neither would, both reject.
                int isOther = candidate.Maps[i] is null == reference.Maps[i] is null ? 0 : 1;
                (otherVerdicts, clearlyOther) = (otherVerdicts + isOther, clearlyOther + isOther);
                continue;
            }

            compared++;
            float threshold = candidate.Calibration.Threshold, referenceThreshold = reference.Calibration.Threshold;
            if (map.Highest >= threshold != expected.Highest >= referenceThreshold)
            {
                otherVerdicts++;
                clearlyOther += Math.Abs(expected.Highest - referenceThreshold) > Narrow * Math.Abs(referenceThreshold) ? 1 : 0;
            }

            bool[] defective = Defective(images[i], map);
            for (int cell = 0; cell < map.Count; cell++)
            {
                if (map.IsInspected(cell))
                {
                    cells++;
                    bool suspect = map[cell] >= threshold, expectedSuspect = expected[cell] >= referenceThreshold;
                    crossed += suspect != expectedSuspect ? 1 : 0;
                    ours.Add(suspect, defective[cell]);
                    theirs.Add(expectedSuspect, defective[cell]);
                }
            }
        }

        return new AccuracyGate(compared, ours.F1, theirs.F1, otherVerdicts, clearlyOther, cells == 0 ? 0 : crossed / (double)cells);
    }

    private static bool[] Defective(GateImage image, ScoreMap map)
    {
        bool[] defective = new bool[map.Count];
        for (int pixel = 0; pixel < image.Mask?.Pixels.Length; pixel++)
        {
            defective[map.CellOf(pixel)] |= image.Mask.Pixels[pixel] > 0;
        }

        return defective;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class CellCounts
    {
        private long _right, _false, _missed;

        // Where nothing is defective and nothing suspected, nothing is wrong.
        public double F1 => _right + _false + _missed == 0 ? 1 : 2.0 * _right / ((2.0 * _right) + _false + _missed);

        public void Add(bool suspect, bool defective)
        {
            _right += suspect && defective ? 1 : 0;
            _false += suspect && !defective ? 1 : 0;
            _missed += !suspect && defective ? 1 : 0;
        }
    }
}
