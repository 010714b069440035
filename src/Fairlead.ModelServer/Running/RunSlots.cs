namespace Fairlead.ModelServer.Running;

/// <summary>
/// Bounds how many runs of the model go on at once, and how many requests wait for one. More runs than processors make every
/// one slower and none sooner done.
/// </summary>
internal sealed class RunSlots(int runs, int queue) : IDisposable
{
    private readonly SemaphoreSlim _free = new(runs);
    private int _waiting;

    public int Runs { get; } = runs;

    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Takes a slot when one is free: the caller then runs on its own thread, without a hop.</summary>
    public bool TryEnter() => _free.Wait(0, CancellationToken.None);

    /// <summary>Waits for a slot; false at once when too many wait already.</summary>
    public async ValueTask<bool> EnterAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > queue) return false;
            await _free.WaitAsync(cancellationToken);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Leave() => _free.Release();

    public void Dispose() => _free.Dispose();
}
