using System.Globalization;
using System.Net;
using System.Text;

namespace MpcgLine.Service.Evaluation;

/// <summary>A plot as inline SVG: x over any range, y from 0 to 1.</summary>
internal sealed class SvgPlot
{
    private const int Width = 440;
    private const int Height = 300;
    private const int Left = 46;
    private const int Right = 16;
    private const int Top = 34;
    private const int Bottom = 44;
    private const int Ticks = 5;

    private readonly StringBuilder _svg = new();
    private readonly double _least;
    private readonly double _most;
    private int _named;

    public SvgPlot(string title, string xLabel, double least, double most)
    {
        _least = least;
        _most = most > least ? most : least + 1;
        _svg.AppendLine(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" role=\"img\">");
        Text(Left, 14, "start", $"<tspan font-weight=\"bold\">{Escape(title)}</tspan>");
        Text((Left + Width - Right) / 2.0, Height - 8, "middle", Escape(xLabel));
        for (int i = 0; i <= Ticks; i++)
        {
            double share = (double)i / Ticks;
            double x = _least + (share * (_most - _least));
            Path($"M{N(X(x))} {Top}V{Height - Bottom}M{Left} {N(Y(share))}H{Width - Right}", "#ddd", 1);
            Text(X(x), Height - Bottom + 16, "middle", x.ToString("0.##", CultureInfo.InvariantCulture));
            Text(Left - 6, Y(share) + 4, "end", share.ToString("0.0", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Adds a curve.</summary>
    public SvgPlot Line(string name, string colour, IEnumerable<(double X, double Y)> points)
    {
        string path = string.Join('L', points.Select(p => $"{N(X(p.X))} {N(Y(p.Y))}"));
        if (path.Length > 0)
        {
            Path("M" + path, colour, 2);
        }

        Name(name, colour);
        return this;
    }

    /// <summary>Adds a vertical line.</summary>
    public SvgPlot Vertical(string name, string colour, double x)
    {
        if (x >= _least && x <= _most)
        {
            Path($"M{N(X(x))} {Top}V{Height - Bottom}", colour, 1.5);
        }

        Name(name, colour);
        return this;
    }

    public string Render() => _svg + "</svg>";

    private void Name(string name, string colour) =>
        Text(Left + (_named++ * 100), 28, "start", $"<tspan fill=\"{colour}\">\u25a0</tspan> {Escape(name)}");

    private void Path(string path, string colour, double thickness) => _svg.AppendLine(
        CultureInfo.InvariantCulture, $"<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{thickness}\"/>");

    private void Text(double x, double y, string anchor, string content) => _svg.AppendLine(
        $"<text x=\"{N(x)}\" y=\"{N(y)}\" text-anchor=\"{anchor}\" font-size=\"11\">{content}</text>");

    private double X(double value) => Left + ((value - _least) / (_most - _least) * (Width - Left - Right));

    private static double Y(double value) => Height - Bottom - (value * (Height - Top - Bottom));

    private static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
