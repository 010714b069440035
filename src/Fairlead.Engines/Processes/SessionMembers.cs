using Fairlead.Engines.Cgroups;

namespace Fairlead.Engines.Processes;

/// <summary>
/// Everything that belongs to a detached process: its session, its cgroups, and whatever carries its mark in the
/// environment. Any one of them can be left by a program that means to; leaving all three takes intent.
/// </summary>
/// <param name="MarkName">The environment variable, with a value that no other process has.</param>
internal sealed record SessionMembers(int Leader, long StartTime, IReadOnlyList<string> CgroupFolders, string MarkName, string Mark)
{
    /// <summary>The pids that are alive now.</summary>
    /// <param name="thorough">Looks at every environment too, which costs a file per process of the machine.</param>
    public IReadOnlyList<int> Alive(bool thorough)
    {
        var inCgroup = CgroupFolders.SelectMany(CgroupFolder.Processes).ToHashSet();
        var sessionIsOurs = IsSessionOurs();
        return
        [
            .. ProcessTable.Read()
                .Where(p => p.IsAlive && p.Pid != Environment.ProcessId)
                .Where(p => (sessionIsOurs && p.Session == Leader) || inCgroup.Contains(p.Pid) || (thorough && ProcessTable.Variable(p.Pid, MarkName) == Mark))
                .Select(p => p.Pid),
        ];
    }

    /// <summary>Ends all that is left, forks in between included: whether all went in time, and whether there was anything to kill.</summary>
    public async Task<(bool Gone, bool Killed)> KillAsync(TimeSpan within, TimeProvider time, CancellationToken cancellationToken)
    {
        var killed = false;
        var started = time.GetTimestamp();
        while (Alive(thorough: true) is { Count: > 0 } alive)
        {
            killed = true;
            foreach (var pid in alive) _ = Libc.kill(pid, Libc.SigKill);
            if (time.GetElapsedTime(started) > within) return (false, true);
            await Task.Delay(TimeSpan.FromMilliseconds(5), time, cancellationToken);
        }

        return (true, killed);
    }

    /// <summary>A session keeps its number reserved; once the number names another process, the session is over.</summary>
    private bool IsSessionOurs() => Leader > 0 && (ProcessStat.Read(Leader) is not { } stat || stat.StartTime == StartTime);
}
