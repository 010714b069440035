using System.Globalization;
using System.Text.Json;
using Fairlead.Core.Homes;
using Fairlead.Core.Routing;
using Fairlead.Engines.Processes;

namespace Fairlead.Daemon.Gateways;

/// <summary>Finds gateways that run by what they left in the run folder.</summary>
internal static class GatewayFinder
{
    public static GatewayRecord? Record(FairleadHome home)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(home.GatewayFile), RoutingJson.Default.GatewayRecord);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Those beside the recorded one: a hand-over was under way when the controller before this one ended.</summary>
    public static async Task<IReadOnlyList<GatewayMember>> OthersAsync(FairleadHome home, int recorded, CancellationToken cancellationToken)
    {
        var found = new List<GatewayMember>();
        foreach (var socket in Directory.GetFiles(home.Run, "gateway-*.sock"))
        {
            var text = Path.GetFileNameWithoutExtension(socket)["gateway-".Length..];
            if (!int.TryParse(text, CultureInfo.InvariantCulture, out var pid) || pid == recorded) continue;
            var client = new GatewayClient(socket);
            if (await client.ReadStateAsync(cancellationToken) is { } state && DetachedProcess.Find(state.Pid, state.StartTime) is { } process) found.Add(new GatewayMember(process, client));
            else client.Dispose();
        }

        return found;
    }

    /// <summary>The gateway tells a problem as "FL4nnn: message" at the end of its log.</summary>
    public static string? LastProblem(string logFile)
    {
        try
        {
            using var log = new FileStream(logFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            log.Seek(Math.Max(0, log.Length - 4096), SeekOrigin.Begin);
            using var reader = new StreamReader(log);
            return reader.ReadToEnd().Split('\n').TakeLast(6).LastOrDefault(l => l.StartsWith("FL", StringComparison.Ordinal))?.TrimEnd('.');
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
