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

    public void ForgetAllBut(IReadOnlySet<ReplicaId> known)
    {
        foreach (var id in _pages.Keys.Where(id => !known.Contains(id)).ToList()) _pages.Remove(id);
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
