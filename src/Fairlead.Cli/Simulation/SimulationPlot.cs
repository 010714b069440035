using System.Globalization;
using System.Text;
using Fairlead.Control.Simulation;

namespace Fairlead.Cli.Simulation;

/// <summary>One page of SVG: the load, the replicas of each autoscaler, and the p95 of each beside the target, over the same time.</summary>
internal static class SimulationPlot
{
    private const int Width = 1200;
    private const int Left = 70;
    private const int Right = 90;
    private const int PanelHeight = 190;
    private const int Gap = 46;
    private const int Top = 64;

    private static readonly string[] Colours = ["#0b6e4f", "#c1440e", "#3f51b5"];

    public static string Render(string title, double targetSeconds, IReadOnlyList<SimulationOutcome> outcomes)
    {
        var seconds = outcomes[0].Load.Count;
        var svg = new StringBuilder();
        var height = Top + (3 * (PanelHeight + Gap));
        svg.Append(Text($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{height}\" viewBox=\"0 0 {Width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"));
        svg.Append(Text($"<text x=\"{Left}\" y=\"24\" font-size=\"16\" font-weight=\"bold\">{Escape(title)}</text>\n"));
        for (var i = 0; i < outcomes.Count; i++)
        {
            var o = outcomes[i];
            svg.Append(Text($"<text x=\"{Left + (i * 370)}\" y=\"46\" font-size=\"13\" fill=\"{Colour(i)}\">■ {o.Scaler}: {o.ViolationSeconds} s in violation, {o.ReplicaSeconds:0} replica-seconds</text>\n"));
        }

        var load = new PlotPanel("requests a second", outcomes[0].Load.Max(), Log: false, 0);
        var replicas = new PlotPanel("ready replicas", outcomes.Max(o => o.Replicas.Max()), Log: false, 0);
        var slowest = outcomes.SelectMany(o => o.P95).Where(double.IsFinite).DefaultIfEmpty(targetSeconds).Max();
        var p95 = new PlotPanel("p95 of each second's requests, in seconds (logarithmic)", Math.Max(slowest, targetSeconds), Log: true, targetSeconds / 10);
        Frame(svg, load, 0, seconds);
        Line(svg, load, 0, [.. outcomes[0].Load.Select(l => (double)l)], "#555");
        Frame(svg, replicas, 1, seconds);
        // What lies in the band is in violation.
        var target = p95.Y(targetSeconds, PanelTop(2), PanelHeight);
        svg.Append(Text($"<rect x=\"{Left}\" y=\"{PanelTop(2)}\" width=\"{Width - Left - Right}\" height=\"{target - PanelTop(2):0.0}\" fill=\"#fdecea\"/>\n"));
        Frame(svg, p95, 2, seconds);
        // The product's own last, on top.
        for (var i = outcomes.Count - 1; i >= 0; i--)
        {
            Line(svg, replicas, 1, [.. outcomes[i].Replicas.Select(r => (double)r)], Colour(i));
            Line(svg, p95, 2, outcomes[i].P95, Colour(i));
        }

        svg.Append(Text($"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{target:0.0}\" y2=\"{target:0.0}\" stroke=\"#000\" stroke-dasharray=\"6 4\"/>\n<text x=\"{Width - Right + 6}\" y=\"{target - 2:0.0}\">target</text>\n<text x=\"{Width - Right + 6}\" y=\"{target + 12:0.0}\">{targetSeconds * 1000:0.#} ms</text>\n</svg>\n"));
        return svg.ToString();
    }

    private static void Frame(StringBuilder svg, PlotPanel panel, int place, int seconds)
    {
        var top = PanelTop(place);
        svg.Append(Text($"<text x=\"{Left}\" y=\"{top - 6}\" font-weight=\"bold\">{panel.Title}</text>\n<rect x=\"{Left}\" y=\"{top}\" width=\"{Width - Left - Right}\" height=\"{PanelHeight}\" fill=\"none\" stroke=\"#999\"/>\n"));
        foreach (var tick in panel.Ticks())
        {
            var y = panel.Y(tick, top, PanelHeight);
            svg.Append(Text($"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:0.0}\" y2=\"{y:0.0}\" stroke=\"#e5e5e5\"/>\n<text x=\"{Left - 6}\" y=\"{y + 4:0.0}\" text-anchor=\"end\">{tick:0.###}</text>\n"));
        }

        foreach (var (second, text) in PlotTime.Marks(seconds))
        {
            var x = Left + ((Width - Left - Right) * second / (double)Math.Max(1, seconds));
            svg.Append(Text($"<line x1=\"{x:0.0}\" x2=\"{x:0.0}\" y1=\"{top}\" y2=\"{top + PanelHeight}\" stroke=\"#e5e5e5\"/>\n<text x=\"{x:0.0}\" y=\"{top + PanelHeight + 16}\" text-anchor=\"middle\">{text}</text>\n"));
        }
    }

    // One point a pixel, the largest of the seconds that fall on it: what goes wrong for a second must be seen.
    private static void Line(StringBuilder svg, PlotPanel panel, int place, IReadOnlyList<double> values, string colour)
    {
        var (top, pixels) = (PanelTop(place), Math.Min(values.Count, Width - Left - Right));
        var path = new StringBuilder();
        var pen = false;
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            var most = double.NaN;
            for (var i = pixel * values.Count / pixels; i < (pixel + 1) * values.Count / pixels; i++) most = double.IsNaN(most) ? values[i] : Math.Max(most, values[i]);
            // Where nothing was measured there is no line; a lone point gets a line to itself, which the round cap makes a dot.
            if (double.IsNaN(most))
            {
                pen = false;
                continue;
            }

            var x = Left + ((Width - Left - Right) * (pixel + 0.5) / pixels);
            var point = Text($"{x:0.0} {panel.Y(most, top, PanelHeight):0.0}");
            path.Append(pen ? $"L{point}" : $"M{point}L{point}");
            pen = true;
        }

        svg.Append(Text($"<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\" stroke-linecap=\"round\"/>\n"));
    }

    private static int PanelTop(int place) => Top + 18 + (place * (PanelHeight + Gap));

    private static string Colour(int index) => Colours[index % Colours.Length];

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
