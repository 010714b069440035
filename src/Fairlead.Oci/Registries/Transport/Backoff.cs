namespace Fairlead.Oci.Registries.Transport;

/// <summary>Tries again what may go well the next time: the wait doubles, half of it by chance, or is what the registry asks for.</summary>
internal sealed class Backoff(TimeProvider time, TimeSpan first, Func<double> chance)
{
    /// <summary>Together about half a minute of waiting.</summary>
    private const int Attempts = 8;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    // A registry that wants more is not waited for; the user is told.
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(2);

    public Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken) =>
        RunAsync(attempt, static () => false, cancellationToken);

    /// <param name="advanced">Whether the attempt got on before it failed: then the count begins anew.</param>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> attempt, Func<bool> advanced, CancellationToken cancellationToken)
    {
        for (var failed = 0; ;)
        {
            try
            {
                return await attempt(cancellationToken);
            }
            catch (TransientException e)
            {
                failed = advanced() ? 1 : failed + 1;
                if (failed >= Attempts || e.RetryAfter > LongestAsked) throw;
                await Task.Delay(DelayOf(failed, e.RetryAfter), time, cancellationToken);
            }
        }
    }

    internal TimeSpan DelayOf(int failed, TimeSpan? asked)
    {
        if (asked is { } wait) return wait;
        var full = Math.Min(first.TotalMilliseconds * Math.Pow(2, failed - 1), Longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(full * (0.5 + (chance() / 2)));
    }
}
