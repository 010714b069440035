using System.Net;
using System.Net.Sockets;
using Fairlead.Api.Client;
using Fairlead.Api.Wire;
using Fairlead.Cli.Controllers;
using Fairlead.Cli.Prediction;
using Fairlead.Core.Homes;

namespace Fairlead.Cli.Doctor;

/// <summary>Whether what runs is ours, and whether what is not there could start.</summary>
internal static class ProcessChecks
{
    public static async Task<IReadOnlyList<Check>> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var client = await ControllerStarter.FindAsync(context, cancellationToken);
        var info = client is null ? null : (await client.GetInfoAsync(cancellationToken)) is { IsOk: true } asked ? asked.Value : null;
        var checks = new List<Check> { Controller(context.Home, client, info) };
        checks.AddRange(Stale(context.Home, info));
        checks.Add(Port(context, "API port", ApiRoutes.AddressVariable, ApiRoutes.DefaultAddress, info is not null));
        checks.Add(Port(context, "gateway port", ApiRoutes.GatewayVariable, ApiRoutes.DefaultGateway, info?.GatewayPid is not null || GatewayServes(context.Home)));
        foreach (var engine in info?.Engines ?? [])
        {
            checks.AddRange(engine.Notes.Select(note => Check.Warn($"engine {engine.Name}", note, "Replicas run without that limit; run on a machine (or in a container) with a writable cgroup to have it.")));
        }

        return checks;
    }

    private static Check Controller(FairleadHome home, ControlClient? client, ControllerInfo? info)
    {
        if (info is not null) return Check.Ok("controller", $"process {info.Pid} on {info.Api}, started by {info.Started}");
        return client is null
            ? Check.Ok("controller", $"none runs on {home.Root}")
            : Check.Fail("controller", $"what listens on {client.Address.Address.Authority} does not accept this home's token", $"Set {ApiRoutes.AddressVariable} to a free address, or {FairleadHome.Variable} to that controller's home.");
    }

    private static IEnumerable<Check> Stale(FairleadHome home, ControllerInfo? info)
    {
        if (info is not null) yield break;
        foreach (var cause in WithoutController.Explain(home, null).Causes.Where(c => c.Evidence.Any(e => e.Contains("names process", StringComparison.Ordinal))))
        {
            yield return Check.Warn("leftovers", cause.Evidence[0], cause.Remedy);
        }
    }

    private static bool GatewayServes(FairleadHome home) =>
        WithoutController.Explain(home, null).Causes.Any(c => c.Code == WithoutController.GatewayServesCode);

    private static Check Port(CommandContext context, string subject, string variable, string fallback, bool ours)
    {
        var address = context.Host.Variable(variable) is { Length: > 0 } set ? set : fallback;
        if (!IPEndPoint.TryParse(GatewayClient.Reachable(address).Replace("localhost", "127.0.0.1", StringComparison.Ordinal), out var endpoint)) return Check.Fail(subject, $"{variable} is '{address}', which is no address and port", $"Set it to one such as {fallback}.");
        if (endpoint.Port == 0) return Check.Ok(subject, $"{address}: any free one");
        if (ours) return Check.Ok(subject, $"{address} is ours");
        try
        {
            using var listener = new TcpListener(endpoint);
            listener.Start();
            return Check.Ok(subject, $"{address} is free");
        }
        catch (SocketException e)
        {
            return Check.Fail(subject, $"{address} cannot be listened on: {e.Message}", $"End what listens there, or set {variable} to a free address.");
        }
    }
}
