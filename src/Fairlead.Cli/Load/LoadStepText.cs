using System.Globalization;
using Fairlead.Core.Units;

namespace Fairlead.Cli.Load;

/// <summary>Reads <c>50:10s,100:30s</c>: requests a second, and for how long.</summary>
internal static class LoadStepText
{
    public static IReadOnlyList<LoadStep>? Parse(string text)
    {
        var steps = new List<LoadStep>();
        foreach (var part in text.Split(','))
        {
            if (part.Split(':') is not [var rate, var length]) return null;
            if (!double.TryParse(rate, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var perSecond)) return null;
            if (!Duration.TryParse(length, out var span) || span <= TimeSpan.Zero) return null;
            steps.Add(new LoadStep(perSecond, span));
        }

        return steps;
    }
}
