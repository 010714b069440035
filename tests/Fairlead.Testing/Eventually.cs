namespace Fairlead.Testing;

/// <summary>Waits for what another process or task brings about, with a deadline instead of a sleep.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <returns>Whether it became so before the deadline.</returns>
    public static Task<bool> BecomesAsync(Func<bool> condition, TimeSpan deadline) =>
        BecomesAsync(() => Task.FromResult(condition()), deadline);

    /// <inheritdoc cref="BecomesAsync(Func{bool}, TimeSpan)"/>
    public static async Task<bool> BecomesAsync(Func<Task<bool>> condition, TimeSpan deadline)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition().ConfigureAwait(false))
        {
            if (TimeProvider.System.GetElapsedTime(start) > deadline) return false;
            await Task.Delay(Pause, TimeProvider.System).ConfigureAwait(false);
        }

        return true;
    }
}
