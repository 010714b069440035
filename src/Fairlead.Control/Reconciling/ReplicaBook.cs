using Fairlead.Core.Engines;
using Fairlead.Core.Identity;

namespace Fairlead.Control.Reconciling;

/// <summary>What the reconciler itself knows of each replica. Lost with the controller, and found again from what the engine and the gateway show.</summary>
internal sealed class ReplicaBook
{
    private readonly Dictionary<ReplicaId, Page> _pages = [];

    public Page Of(ReplicaId replica)
    {
        if (!_pages.TryGetValue(replica, out var page)) _pages[replica] = page = new Page();
        return page;
    }

    /// <returns>What ran when it was seen last and was not ended by us.</returns>
    public IReadOnlyList<ReplicaState> ForgetAllBut(IReadOnlySet<ReplicaId> known)
    {
        var lost = _pages.Where(p => !known.Contains(p.Key) && p.Value is { Stopping: false, Shown.Phase: ReplicaPhase.Running }).Select(p => p.Value.Shown!).ToList();
        foreach (var id in _pages.Keys.Where(id => !known.Contains(id)).ToList()) _pages.Remove(id);
        return lost;
    }

    internal sealed class Page
    {
        private static readonly TimeSpan UsageWindow = TimeSpan.FromSeconds(2);
        private (TimeSpan At, TimeSpan Cpu)? _usage;
        private double? _cores;

        public TimeSpan? DrainingSince { get; set; }

        /// <summary>Set from another thread when a stop has failed, so that it is tried again.</summary>
        public volatile bool Stopping;

        /// <summary>Its end has been told and counted.</summary>
        public bool ExitSeen { get; set; }

        /// <summary>The readiness that was told last; null before the first.</summary>
        public bool? ReadyTold { get; set; }

        /// <summary>The engine that shows it.</summary>
        public IEngine? Engine { get; set; }

        /// <summary>As the engine showed it last.</summary>
        public ReplicaState? Shown { get; set; }

        /// <summary>Since when the gateway keeps requests away from it.</summary>
        public TimeSpan? ShunnedSince { get; set; }

        /// <summary>Its sickness has been told and counted.</summary>
        public bool SicknessTold { get; set; }

        /// <summary>Processor used over the last seconds, in cores; null until two looks are far enough apart.</summary>
        public double? CoresAt(TimeSpan now, ReplicaUsage? usage)
        {
            if (usage is null) return null;
            if (_usage is not { } last)
            {
                _usage = (now, usage.CpuTime);
            }
            else if (now - last.At >= UsageWindow)
            {
                _cores = Math.Max(0, (usage.CpuTime - last.Cpu) / (now - last.At));
                _usage = (now, usage.CpuTime);
            }

            return _cores;
        }
    }
}
