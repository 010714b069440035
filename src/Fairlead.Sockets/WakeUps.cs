using System.Runtime.InteropServices;

namespace Fairlead.Sockets;

/// <summary>
/// Whether its thread takes the processor at once from who runs when something wakes it, as threads do, or when the
/// system's next turn comes, some milliseconds later (SCHED_BATCH, sched(7)): then fewer turns of its find more to do. For
/// the thread's own use.
/// </summary>
internal sealed partial class WakeUps
{
    private const int Other = 0;
    private const int Batch = 3;
    private const int Self = 0;

    private bool _calm;

    public void Set(bool calm)
    {
        if (calm == _calm) return;
        _calm = calm;

        // Who has given the process another policy knows better.
        if (GetScheduler(Self) != (calm ? Other : Batch)) return;
        var priority = 0;

        // A system that refuses it goes on as before.
        _ = SetScheduler(Self, calm ? Batch : Other, ref priority);
    }

    [LibraryImport("libc", EntryPoint = "sched_getscheduler")]
    private static partial int GetScheduler(int thread);

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static partial int SetScheduler(int thread, int policy, ref int priority);
}
