using System.Text.Json;
using Fairlead.Api.Client;
using Fairlead.Api.Wire;
using Fairlead.Cli.Output;
using Fairlead.Core.Homes;
using Fairlead.Core.Routing;
using Fairlead.Engines.Processes;

namespace Fairlead.Cli.Controllers;

/// <summary>What a home's files tell when no controller answers: whether it died, and what still serves without it.</summary>
internal static class WithoutController
{
    public const string GatewayServesCode = "FL6120";

    public static WhyReport Explain(FairleadHome home, string? deployment)
    {
        var causes = new List<Cause>();
        var record = Record(home.ControllerFile, "pid");
        if (record is { } pid)
        {
            var alive = DetachedProcess.Find(pid.Pid, pid.StartTime) is not null;
            causes.Add(new Cause("FL6002", alive ? "The controller runs but does not answer." : "The controller has ended without taking its record away: it was killed or crashed.",
                [$"{home.ControllerFile} names process {pid.Pid}, which {(alive ? "runs" : "is gone")}", .. LastLog(home)],
                alive ? $"Look at {ControllerStarter.LogFile(home)}; end process {pid.Pid} and run 'fairlead up' if it stays so." : "Run 'fairlead up': a new controller takes over the replicas that still run."));
        }
        else
        {
            var problem = ClientProblems.NotRunning(home.Root);
            causes.Add(new Cause(problem.Code, "No controller runs on this home.", [File.Exists(home.StateFile) ? $"{home.StateFile} holds the last state" : $"{home.StateFile} does not exist: nothing was ever deployed here"], problem.Hint));
        }

        causes.AddRange(Gateway(home));
        return new WhyReport(deployment ?? "", Healthy: false, causes[0].Summary, causes);
    }

    private static IEnumerable<Cause> Gateway(FairleadHome home)
    {
        if (Read(home.GatewayFile) is not { } text) yield break;
        var gateway = Parse(text);
        if (gateway is null) yield break;
        var alive = DetachedProcess.Find(gateway.Pid, gateway.StartTime) is not null;
        yield return alive
            ? new Cause(GatewayServesCode, $"The gateway still serves on {gateway.Address} with the last routes it was given.", [$"process {gateway.Pid} runs"], "Nothing is lost; replicas that end are not replaced until a controller runs.")
            : new Cause("FL6121", "The gateway is gone too: nothing answers on its address.", [$"{home.GatewayFile} names process {gateway.Pid}, which is gone"], "Run 'fairlead up': the controller starts a new gateway.");
    }

    private static GatewayRecord? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, RoutingJson.Default.GatewayRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static (int Pid, long StartTime)? Record(string file, string key)
    {
        if (Read(file) is not { } text) return null;
        try
        {
            using var json = JsonDocument.Parse(text);
            if (!json.RootElement.TryGetProperty(key, out var pid)) return null;
            return (pid.GetInt32(), json.RootElement.TryGetProperty("start_time", out var start) ? start.GetInt64() : 0);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static IEnumerable<string> LastLog(FairleadHome home) =>
        ControllerStarter.LastLines(home, 3).Select(line => $"its last words: {Table.Fit(line, 200)}");

    private static string? Read(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
