using Fairlead.Core.Results;
using Fairlead.Core.Routing;

namespace Fairlead.Gateway.HandOver;

/// <summary>Where a gateway is between its start and its end, and the orders that move it on.</summary>
internal sealed class GatewayLife : IDisposable
{
    private readonly TaskCompletionSource _retired = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _begin = new(1, 1);
    private volatile TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile GatewayPhase _phase = GatewayPhase.Standby;

    public GatewayPhase Phase => _phase;

    /// <summary>A successor takes the connections: what is answered from here on closes its own.</summary>
    public bool HandsOver => _phase == GatewayPhase.Draining;

    /// <summary>Ends when the gateway was told to retire.</summary>
    public Task Retired => _retired.Task;

    /// <summary>Opens the public side; set by the host.</summary>
    public required Func<CancellationToken, Task<Result<Done>>> Begin { private get; init; }

    public async Task<Result<Done>> AcceptAsync(CancellationToken cancellationToken)
    {
        await _begin.WaitAsync(cancellationToken);
        try
        {
            if (_phase == GatewayPhase.Serving) return Result.Done;
            if (_phase == GatewayPhase.Draining) return GatewayProblems.Retired();
            var begun = await Begin(cancellationToken);
            if (begun.IsOk && _phase == GatewayPhase.Standby) _phase = GatewayPhase.Serving;
            return begun;
        }
        finally
        {
            _begin.Release();
        }
    }

    public void Retire()
    {
        _phase = GatewayPhase.Draining;
        _retired.TrySetResult();
    }

    public void Dispose() => _begin.Dispose();

    /// <summary>Called when somebody has been told the state.</summary>
    public void StateRead() => _read.TrySetResult();

    /// <summary>Until the state is read once more, so that the last requests are counted, or nobody does.</summary>
    public async Task LastReadAsync(TimeSpan atMost, TimeProvider time)
    {
        var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _read = next;
        await Task.WhenAny(next.Task, Task.Delay(atMost, time));
    }
}
