using Fairlead.Api.Wire;

namespace Fairlead.Cli.Output;

internal static class WhyView
{
    public static IEnumerable<string> Render(WhyReport report, Paint paint)
    {
        yield return report.Healthy ? paint.Good(report.Summary) : paint.Bad(report.Summary);
        var rank = 0;
        foreach (var cause in report.Causes)
        {
            yield return "";
            yield return $"{++rank}. {paint.Strong(cause.Summary)} {paint.Faint($"({cause.Code})")}";
            foreach (var evidence in cause.Evidence) yield return $"   {paint.Faint("seen:")} {evidence}";
            yield return $"   {paint.Faint("→")} {cause.Remedy}";
        }
    }
}
