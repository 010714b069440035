namespace Fairlead.Gateway.Holding;

/// <summary>What the lines of all deployments share: the bytes that their requests may hold, and the news that one has begun.</summary>
internal sealed class HoldRoom(HoldOptions options)
{
    private long _bytes;
    private long _sequence;
    private TaskCompletionSource _news = New();

    public HoldOptions Options => options;

    /// <summary>How often a deployment's first request has begun to wait.</summary>
    public long Sequence => Interlocked.Read(ref _sequence);

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Completes when <see cref="Sequence"/> grows. To be taken before it is looked at.</summary>
    public Task News => Volatile.Read(ref _news).Task;

    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= options.MaxBytes) return true;
        Return(bytes);
        return false;
    }

    public void Return(int bytes) => Interlocked.Add(ref _bytes, -bytes);

    /// <summary>A line that was empty has a request.</summary>
    public void Tell()
    {
        Interlocked.Increment(ref _sequence);
        Interlocked.Exchange(ref _news, New()).SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
