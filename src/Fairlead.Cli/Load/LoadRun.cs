using System.Runtime.InteropServices;

namespace Fairlead.Cli.Load;

/// <summary>
/// An open loop: every request is sent when it is due, whatever became of those before, as independent users would.
/// A closed loop would stop asking just while the server stalls, and so leave the worst out ("coordinated omission").
/// </summary>
internal static partial class LoadRun
{
    /// <summary>More unanswered requests than this are no load that a server is meant to hold, and would exhaust this process first.</summary>
    public const int MostInFlight = 2000;

    // The timer of the pool counts in milliseconds; the last stretch is slept to the microsecond.
    private static readonly TimeSpan Coarse = TimeSpan.FromMilliseconds(20);

    /// <summary>Sends until the times end or the token is cancelled, and waits for the answers of what was sent.</summary>
    /// <param name="stop">No more is sent; what is under way is still answered.</param>
    public static async Task RunAsync(IEnumerable<TimeSpan> times, ILoadTarget target, LoadTally tally, TimeProvider time, CancellationToken stop, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        var paced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var pacer = new Thread(() =>
        {
            try
            {
                Pace(times, time, begin, due => Send(target, tally, time, begin, due, cancellationToken), stop);
                paced.SetResult();
            }
            catch (Exception failure)
            {
                paced.SetException(failure);
            }
        })
        { IsBackground = true, Name = "load" };
        pacer.Start();
        await paced.Task;
        while (tally.InFlight > 0) await Task.Delay(TimeSpan.FromMilliseconds(1), time, cancellationToken);
        tally.Finish(time.GetElapsedTime(begin));
    }

    private static void Pace(IEnumerable<TimeSpan> times, TimeProvider time, long begin, Action<TimeSpan> send, CancellationToken stop)
    {
        foreach (var due in times)
        {
            for (var left = due - time.GetElapsedTime(begin); left > TimeSpan.Zero; left = due - time.GetElapsedTime(begin))
            {
                if (left > Coarse) stop.WaitHandle.WaitOne(left - Coarse);
                else SleepFor(left);
                if (stop.IsCancellationRequested) return;
            }

            if (stop.IsCancellationRequested) return;
            send(due);
        }
    }

    private static void Send(ILoadTarget target, LoadTally tally, TimeProvider time, long begin, TimeSpan due, CancellationToken cancellationToken)
    {
        if (tally.InFlight >= MostInFlight)
        {
            tally.Dropped(due);
            return;
        }

        tally.Began(time.GetElapsedTime(begin) - due);
        _ = FollowAsync(target, tally, time, begin, due, cancellationToken);
    }

    private static async Task FollowAsync(ILoadTarget target, LoadTally tally, TimeProvider time, long begin, TimeSpan due, CancellationToken cancellationToken)
    {
        LoadFailure? failure;
        try
        {
            failure = await target.SendAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            failure = new LoadFailure(LoadFailureKind.Timeout, "", "The load was ended before it was answered.");
        }

        tally.Ended(new LoadOutcome(due, time.GetElapsedTime(begin) - due, failure));
    }

    private static void SleepFor(TimeSpan span)
    {
        var rest = new Timespec(0, (long)span.TotalNanoseconds);
        _ = NanoSleep(in rest, 0);
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int NanoSleep(in Timespec span, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Timespec(long Seconds, long Nanoseconds);
}
