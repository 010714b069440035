using System.Runtime.CompilerServices;

namespace Fairlead.Sockets;

/// <summary>The way onto a loop's thread.</summary>
internal readonly struct LoopEntry(PollLoop loop) : ICriticalNotifyCompletion
{
    public bool IsCompleted => PollLoop.Current == loop;

    public LoopEntry GetAwaiter() => this;

    public void GetResult()
    {
        // Arriving is all there is to it.
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation) => loop.Schedule(static action => ((Action)action!)(), continuation);
}
