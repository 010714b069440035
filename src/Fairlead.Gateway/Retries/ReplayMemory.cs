namespace Fairlead.Gateway.Retries;

/// <summary>How many bytes of request bodies are held so that they can be sent again: bounded over all requests.</summary>
internal sealed class ReplayMemory(RetryOptions options)
{
    private long _held;

    public int PerRequest { get; } = options.ReplayBytes;

    public long Held => Interlocked.Read(ref _held);

    public bool TryHold(int bytes)
    {
        if (bytes == 0) return true;
        if (Interlocked.Add(ref _held, bytes) <= options.ReplayBytesInAll) return true;
        Release(bytes);
        return false;
    }

    public void Release(int bytes)
    {
        // Not even looked at by requests that hold nothing: all processors would share it.
        if (bytes != 0) Interlocked.Add(ref _held, -bytes);
    }
}
