using System.Threading.Tasks.Sources;

namespace Fairlead.Sockets;

/// <summary>Something to wait for, again and again, on one loop's thread: who waits goes on inside <see cref="Set"/>, without a change of thread and without an object per wait.</summary>
internal sealed class LoopSignal : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core;
    private bool _awaited;

    /// <summary>One waiter at a time.</summary>
    public ValueTask WaitAsync()
    {
        _core.Reset();
        _awaited = true;
        return new ValueTask(this, _core.Version);
    }

    /// <returns>Whether somebody waited.</returns>
    public bool Set()
    {
        if (!_awaited) return false;
        _awaited = false;
        _core.SetResult(true);
        return true;
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => _core.OnCompleted(continuation, state, token, flags);
}
