namespace Fairlead.Bench.Autoscale.Real;

/// <param name="Json">A file for the figures; null for none.</param>
/// <param name="Scenarios">Names from <see cref="Scenario.All"/>, in the order to run them.</param>
internal sealed record RealOptions(string Engine, string? Json, IReadOnlyList<string> Scenarios)
{
    public const string Usage = "Usage: autoscale-bench real [--engine process|docker] [--json FILE] [step] [noise] [cutoff] [trace] [slow]";

    /// <returns>Null when something is not understood.</returns>
    public static RealOptions? Parse(IReadOnlyList<string> args)
    {
        var options = new RealOptions("process", null, []);
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--engine" && i + 1 < args.Count && args[i + 1] is "process" or "docker") options = options with { Engine = args[++i] };
            else if (args[i] == "--json" && i + 1 < args.Count) options = options with { Json = args[++i] };
            else if (Scenario.All.Any(s => s.Name == args[i])) options = options with { Scenarios = [.. options.Scenarios, args[i]] };
            else return null;
        }

        return options.Scenarios.Count > 0 ? options : options with { Scenarios = [.. Scenario.All.Select(s => s.Name)] };
    }
}
