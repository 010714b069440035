using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Fairlead.Engines.Processes;

/// <summary>
/// One thread for all processes that this program waits for: it sleeps in epoll_wait on their pidfds, so nothing is polled
/// and a process costs one descriptor. Own children are reaped here, by pid: <see cref="System.Diagnostics.Process"/>
/// waits only for the pids that it started itself, so the two do not meet.
/// </summary>
internal sealed unsafe class ExitWatcher
{
    private static readonly Lazy<ExitWatcher> Instance = new(static () => new ExitWatcher());

    private readonly ConcurrentDictionary<long, Entry> _entries = new();
    private readonly int _epoll;
    private long _last;

    private ExitWatcher()
    {
        _epoll = Libc.epoll_create1(Libc.EpollCloExec);
        if (_epoll < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        new Thread(Loop) { IsBackground = true, Name = "process exits" }.Start();
    }

    public static ExitWatcher Shared => Instance.Value;

    /// <summary>Completes when the process has ended; at once when the pid is no longer the process meant.</summary>
    /// <exception cref="Win32Exception">No descriptor is left.</exception>
    public Task<ProcessExit> Watch(int pid, long startTime)
    {
        var pidfd = Libc.PidfdOpen(pid);
        if (pidfd < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error == Libc.ESrch ? Task.FromResult(Reap(pid)) : throw new Win32Exception(error);
        }

        if (ProcessStat.Read(pid) is not { } stat || stat.StartTime != startTime)
        {
            // Between the caller's look and ours it went and another took its number.
            _ = Libc.close(pidfd);
            return Task.FromResult(new ProcessExit(null, null));
        }

        var entry = new Entry(pid, pidfd);
        var id = Interlocked.Increment(ref _last);
        _entries[id] = entry;
        var registration = stackalloc byte[EpollEvent.MaxSize];
        EpollEvent.Write(registration, id);
        if (Libc.epoll_ctl(_epoll, Libc.EpollAdd, pidfd, registration) < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            _entries.TryRemove(id, out _);
            _ = Libc.close(pidfd);
            throw new Win32Exception(error);
        }

        return entry.Exit.Task;
    }

    /// <summary>Takes the exit code of an own child that has ended; both parts null for any other process.</summary>
    private static ProcessExit Reap(int pid)
    {
        Libc.SignalInformation information = default;
        int result;
        do result = Libc.waitid(Libc.PPid, pid, &information, Libc.WExited | Libc.WNoHang);
        while (result < 0 && Marshal.GetLastPInvokeError() == Libc.EIntr);
        if (result < 0 || information.Pid != pid) return new ProcessExit(null, null);
        return information.Code == Libc.SignalInformation.Exited
            ? new ProcessExit(information.Status, null)
            : new ProcessExit(null, ProcessExit.NameOf(information.Status));
    }

    private void Loop()
    {
        const int most = 64;
        var events = stackalloc byte[most * EpollEvent.MaxSize];
        while (true)
        {
            var count = Libc.epoll_wait(_epoll, events, most, -1);
            for (var i = 0; i < count; i++) Complete(EpollEvent.IdAt(events, i));
        }
    }

    private void Complete(long id)
    {
        if (!_entries.TryRemove(id, out var entry)) return;
        var exit = Reap(entry.Pid);
        _ = Libc.close(entry.Pidfd);
        entry.Exit.TrySetResult(exit);
    }

    private sealed record Entry(int Pid, int Pidfd)
    {
        public TaskCompletionSource<ProcessExit> Exit { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>struct epoll_event: packed to 12 bytes on x86-64, 16 bytes with padding elsewhere.</summary>
    private static class EpollEvent
    {
        public const int MaxSize = 16;
        private static readonly int DataAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

        public static void Write(byte* at, long id)
        {
            *(uint*)at = Libc.EpollIn | Libc.EpollOneShot;
            *(long*)(at + DataAt) = id;
        }

        public static long IdAt(byte* events, int index) => *(long*)(events + (index * (DataAt + 8)) + DataAt);
    }
}
