using Fairlead.Api.Wire;
using Fairlead.Control;
using Fairlead.Control.Autoscaling;
using Fairlead.Control.Deploying;
using Fairlead.Control.Reconciling;
using Fairlead.Control.Store;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Daemon.Traffic;

namespace Fairlead.Daemon.Api;

/// <summary>What the endpoints answer from.</summary>
internal sealed record ApiContext
{
    public required ControllerOptions Options { get; init; }

    public required StateStore Store { get; init; }

    public required Deployer Deployer { get; init; }

    public required IReadOnlyDictionary<string, IEngine> Engines { get; init; }

    public required Func<FleetView> View { get; init; }

    public required Func<GatewayFacts> Gateway { get; init; }

    public required Func<CancellationToken, Task<Result<GatewayReplaced>>> ReplaceGateway { get; init; }

    public required Func<string, TrafficRate> Traffic { get; init; }

    /// <summary>The autoscaler's last decision; null where it decides nothing.</summary>
    public required Func<DeploymentName, ScalingDecision?> Scaling { get; init; }

    public required Clock Clock { get; init; }

    public required string Token { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Ends the controller and its gateway.</summary>
    public required Action ShutDown { get; init; }

    /// <summary>Cancelled when the controller ends: what is held open is let go.</summary>
    public required CancellationToken Stopping { get; init; }
}

/// <param name="Problem">Why there is none.</param>
internal sealed record GatewayFacts(string Address, int? Pid, string? Problem);
