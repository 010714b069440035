using System.Globalization;
using Fairlead.Api.Wire;
using Fairlead.Core.Homes;
using Fairlead.Core.Results;
using Fairlead.Core.Routing;
using Fairlead.Engines.Processes;
using Fairlead.Gateway.HandOver;

namespace Fairlead.Daemon.Gateways;

/// <summary>Starts gateways, each with the same listening socket, which is held here as long as the controller lives.</summary>
internal sealed class GatewayStarter(ControllerOptions options) : IDisposable
{
    private ListeningSocket? _listening;

    public string LogFile => Path.Combine(options.Home.Logs, "gateway.log");

    /// <summary>Where clients connect; null while nothing is held.</summary>
    public string? Address => _listening?.Address.ToString();

    /// <summary>Opens the socket where the gateway should be.</summary>
    /// <returns>Why it is not there: nothing is started then.</returns>
    public Problem? Open()
    {
        if (_listening?.IsAt(options.Gateway) == true) return null;
        var opened = ListeningSocket.Open(options.Gateway);
        if (!opened.TryGet(out var listening)) return opened.Problems[0];
        // At another address than before: who is connected there stays so until the gateway there has drained.
        _listening?.Dispose();
        _listening = listening;
        return null;
    }

    /// <summary>Takes the socket that a gateway listens on, which an earlier controller opened.</summary>
    /// <returns>False when the gateway does not give it: it is from before gateways did.</returns>
    public bool Take(DetachedProcess gateway)
    {
        _listening ??= ListenerClient.Ask(options.Home.GatewayListenerOf(gateway.Pid));
        return _listening is not null;
    }

    /// <param name="standby">It takes routes but no connections until it is told to.</param>
    public Result<DetachedProcess> Start(bool standby)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);
        environment[FairleadHome.Variable] = options.Home.Root;
        environment[ApiRoutes.GatewayVariable] = options.Gateway;
        environment[HandOverContract.DescriptorVariable] = SpawnOptions.InheritedDescriptor.ToString(CultureInfo.InvariantCulture);
        environment.TryAdd(HandOverContract.CompilationVariable, HandOverContract.CompilationDelay);
        if (standby) environment[HandOverContract.StandbyVariable] = "1";
        return DetachedProcess.Start(new SpawnOptions
        {
            Program = options.Program[0],
            Arguments = [.. options.Program.Skip(1), "gateway"],
            Environment = environment,
            WorkingFolder = options.Home.Root,
            Output = LogFile,
            Inherits = _listening!.Handle,
        });
    }

    public void Dispose() => _listening?.Dispose();
}
