using System.Runtime.InteropServices;

namespace Fairlead.Sockets;

/// <summary>One loop's part in a <see cref="LoopListener"/>.</summary>
internal sealed class LoopAcceptor : IPolled
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly LoopListener _home;
    private readonly PollLoop _loop;
    private readonly Deadline _again;
    private bool _stopped;

    public LoopAcceptor(LoopListener home, PollLoop loop, int listening)
    {
        (_home, _loop, Descriptor) = (home, loop, listening);
        _again = new Deadline(static state => ((LoopAcceptor)state!).Start(), this);
    }

    public int Descriptor { get; }

    // Not edge-triggered: what is left in the queue is another event, for whichever loop comes first.
    public void Start() => _loop.Add(this, Epoll.In | Epoll.Exclusive);

    /// <summary>When it completes, nothing that was accepted is still on its way.</summary>
    public Task StopAsync()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Schedule(
            state =>
            {
                Stop();
                ((TaskCompletionSource)state!).SetResult();
            },
            stopped);
        return stopped.Task;
    }

    public void OnEvents(uint events)
    {
        if (_stopped) return;
        var descriptor = Epoll.Accept(Descriptor);
        if (descriptor >= 0)
        {
            _home.Accepted(_loop, descriptor);
            return;
        }

        // Another loop or process was first, or the client has left; else descriptors are used up, and trying at once would only take the processor.
        if (Marshal.GetLastPInvokeError() is Epoll.TryAgain or Epoll.Interrupted or Epoll.ConnectionAborted) return;
        _loop.Remove(this);
        _loop.Deadlines.Set(_again, Pause);
    }

    private void Stop()
    {
        if (_stopped) return;
        _stopped = true;
        if (_again.Line is null) _loop.Remove(this);
        else _loop.Deadlines.Clear(_again);
    }
}
