namespace Fairlead.Control;

/// <summary>Wakes one waiting loop. Set while nobody waits, it wakes the next wait at once; set many times, it wakes once.</summary>
public sealed class WakeSignal
{
    private TaskCompletionSource _set = New();

    public void Set() => Volatile.Read(ref _set).TrySetResult();

    /// <summary>Returns when it is set or the time has passed; false when the time has passed or the wait was cancelled.</summary>
    public async Task<bool> WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        var set = Volatile.Read(ref _set).Task;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(set, Task.Delay(atMost, time, over.Token));
        await over.CancelAsync();
        if (first != set) return false;
        // Renewed before the caller looks at what changed, so that nothing set from now on is missed.
        Volatile.Write(ref _set, New());
        return true;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
