namespace Fairlead.Gateway.Retries;

/// <summary>
/// A token bucket that ties retries to traffic: each request puts in <see cref="RetryOptions.BudgetRatio"/>, each retry
/// takes 1, so that replicas which fail are never hit by a multiple of what came in. Below the floor it refills by one
/// a second, for deployments with few requests.
/// </summary>
internal sealed class RetryBudget(RetryOptions options, TimeProvider time)
{
    // In thousandths, so that the bucket is one interlocked integer.
    private const int Whole = 1000;

    private readonly int _deposit = (int)Math.Round(options.BudgetRatio * Whole);
    private readonly int _cap = options.BudgetCap * Whole;
    private readonly int _floor = options.BudgetFloor * Whole;
    private readonly Lock _refill = new();
    private int _tokens = options.BudgetFloor * Whole;
    private long _refilled = time.GetTimestamp();

    public void Deposit()
    {
        // May overshoot the cap by one deposit per thread: the cap bounds savings, not the ratio.
        if (Volatile.Read(ref _tokens) < _cap) Interlocked.Add(ref _tokens, _deposit);
    }

    public bool TryWithdraw()
    {
        Refill();
        var seen = Volatile.Read(ref _tokens);
        while (seen >= Whole)
        {
            var before = Interlocked.CompareExchange(ref _tokens, seen - Whole, seen);
            if (before == seen) return true;
            seen = before;
        }

        return false;
    }

    private void Refill()
    {
        lock (_refill)
        {
            var seconds = (int)time.GetElapsedTime(_refilled).TotalSeconds;
            if (seconds == 0) return;
            _refilled += seconds * time.TimestampFrequency;
            var missing = _floor - Volatile.Read(ref _tokens);
            if (missing > 0) Interlocked.Add(ref _tokens, (int)Math.Min(missing, (long)seconds * Whole));
        }
    }
}
