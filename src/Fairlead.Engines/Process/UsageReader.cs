using Fairlead.Core.Engines;
using Fairlead.Engines.Cgroups;
using Fairlead.Engines.Processes;

namespace Fairlead.Engines.Process;

/// <summary>Processor time and resident memory. A command's children count as it does; a model server has none.</summary>
internal static class UsageReader
{
    private const int ClockTicks = 2; // _SC_CLK_TCK
    private static readonly long TicksPerSecond = Math.Max(1, Libc.sysconf(ClockTicks));

    /// <summary>All processes by session, read once for all commands of an observation.</summary>
    public static ILookup<int, ProcessStat> ReadSessions() => ProcessTable.Read().ToLookup(p => p.Session);

    public static ReplicaUsage? Read(ReplicaProcess replica, Lazy<ILookup<int, ProcessStat>> sessions)
    {
        if (replica.Process?.Current() is not { IsAlive: true } leader) return null;
        var members = replica.Record.Command ? sessions.Value[leader.Pid].Where(p => p.IsAlive).ToList() : [leader];
        var counted = replica.Record.Cgroups.Select(CgroupFolder.CpuTime).FirstOrDefault(t => t is not null);
        var ticks = members.Sum(m => m.OwnTicks + m.ReapedTicks);
        return new ReplicaUsage(
            counted ?? TimeSpan.FromSeconds((double)ticks / TicksPerSecond),
            members.Sum(m => m.ResidentPages) * Environment.SystemPageSize);
    }
}
