using System.Globalization;
using System.Text.Json;
using Fairlead.Cli.Output;

namespace Fairlead.Bench.Autoscale.Real;

/// <summary>Runs scenarios one after the other, each on a home of its own, and tells whether what they promise held.</summary>
internal static class RealBench
{
    private const int Cancelled = 130;

    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        if (RealOptions.Parse(args) is not { } options)
        {
            Console.Error.WriteLine(RealOptions.Usage);
            return 2;
        }

        using var interrupts = new Interrupts();
        interrupts.Listen();
        var results = new List<ScenarioResult>();
        try
        {
            foreach (var name in options.Scenarios)
            {
                var result = await RunAsync(Scenario.All.First(s => s.Name == name), options.Engine, interrupts.First);
                results.Add(result);
                Print(result);
            }
        }
        catch (OperationCanceledException) when (interrupts.First.IsCancellationRequested)
        {
            return Cancelled;
        }
        catch (Exception failure) when (failure is InvalidOperationException or TimeoutException)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }

        var report = new RealResults(options.Engine, results.All(r => r.Met), results);
        if (options.Json is { } file) await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, RealJson.Default.RealResults), interrupts.Second);
        return report.Met ? 0 : 1;
    }

    private static async Task<ScenarioResult> RunAsync(Scenario scenario, string engine, CancellationToken cancellationToken)
    {
        Console.Error.WriteLine($"{scenario.Name}: begins at {TimeProvider.System.GetUtcNow():HH:mm:ss}, engine {engine}");
        await using var subject = await Subject.UpAsync(engine, scenario.Scale);
        return await scenario.RunAsync(subject, cancellationToken);
    }

    private static void Print(ScenarioResult result)
    {
        Console.WriteLine($"\n| {result.Scenario} | measured | bound | |\n|---|---|---|---|");
        foreach (var f in result.Figures) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {f.Name} | {f.Value}{(f.Unit.Length == 0 ? "" : " ")}{f.Unit} | {f.Bound} | {(f.Met switch { true => "met", false => "**not met**", null => "" })} |"));
        Console.WriteLine();
        foreach (var line in result.Explanation) Console.WriteLine($"- {line}");
    }
}
