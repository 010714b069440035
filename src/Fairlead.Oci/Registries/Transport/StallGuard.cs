namespace Fairlead.Oci.Registries.Transport;

/// <summary>Ends a transfer that does not move: connections die without a word.</summary>
internal sealed class StallGuard(string registry, TimeSpan limit, TimeProvider time)
{
    // The registry may have to read all that it got before it answers.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(5);
    private CancellationTokenSource? _stalled;

    public void Moved() => _stalled?.CancelAfter(limit);

    public void AllSent() => _stalled?.CancelAfter(AnswerLimit);

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> transfer, CancellationToken cancellationToken)
    {
        using var stalled = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, cancellationToken);
        _stalled = stalled;
        try
        {
            return await transfer(either.Token);
        }
        catch (OperationCanceledException) when (stalled.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TransientException(RegistryProblems.Unavailable(registry, $"nothing moved for {limit.TotalSeconds:0} s"), retryAfter: null);
        }
        finally
        {
            _stalled = null;
        }
    }
}
