using Fairlead.Control.Events;
using Fairlead.Core.Engines;
using Fairlead.Core.Results;
using Microsoft.Extensions.Logging;

namespace Fairlead.Control.Reconciling;

/// <summary>
/// What each engine showed last. An engine that cannot be asked (its daemon is being restarted) has lost sight, not replicas:
/// what it showed before stands until it can be asked again, and nothing is decided about it meanwhile.
/// </summary>
internal sealed partial class EngineSight(ControlParts parts, Memory memory)
{
    private readonly Dictionary<string, IReadOnlyList<ReplicaState>> _shown = new(StringComparer.Ordinal);
    private Dictionary<string, Problem> _away = new(StringComparer.Ordinal);

    /// <summary>The engines that could not be asked, and why.</summary>
    public IReadOnlyDictionary<string, Problem> Away => _away;

    /// <summary>A deployment's engine has not been seen since this controller started.</summary>
    public Problem? NeverSeen =>
        parts.Store.Deployments.Values.Select(d => _shown.ContainsKey(d.Engine) ? null : _away.GetValueOrDefault(d.Engine)).FirstOrDefault(p => p is not null);

    public async Task<IReadOnlyList<ReplicaState>> LookAsync(IEngine engine, CancellationToken cancellationToken)
    {
        try
        {
            var snapshot = await engine.ObserveAsync(cancellationToken);
            _shown[engine.Name] = snapshot.Replicas;
            if (IsAway(engine)) Came(engine);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Went(engine, failure);
        }

        return _shown.GetValueOrDefault(engine.Name) ?? [];
    }

    public bool IsAway(IEngine engine) => _away.ContainsKey(engine.Name);

    private void Came(IEngine engine)
    {
        // A new dictionary each time: published views hold the old one.
        _away = new Dictionary<string, Problem>(_away.Where(a => a.Key != engine.Name), StringComparer.Ordinal);
        if (IsUsed(engine)) memory.Tell(EventKind.EngineBack, $"The engine {engine.Name} answers again.");
    }

    private void Went(IEngine engine, Exception failure)
    {
        var problem = ControlProblems.EngineAway(engine.Name, failure.Message.TrimEnd('.'));
        if (!IsAway(engine))
        {
            LogAway(parts.Logger, failure, engine.Name);
            if (IsUsed(engine)) memory.Tell(EventKind.EngineAway, $"{problem.Message} Nothing is started or ended there meanwhile; what runs is used as before.", severity: Severity.Error);
        }

        _away = new Dictionary<string, Problem>(_away, StringComparer.Ordinal) { [engine.Name] = problem };
    }

    private bool IsUsed(IEngine engine) => parts.Store.Deployments.Values.Any(d => d.Engine == engine.Name);

    [LoggerMessage(5040, LogLevel.Error, "The engine {Engine} cannot be asked; it is asked again until it answers.")]
    private static partial void LogAway(ILogger logger, Exception failure, string engine);
}
