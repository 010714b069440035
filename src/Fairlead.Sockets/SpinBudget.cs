namespace Fairlead.Sockets;

/// <summary>Whether polling before sleep has paid of late. Without load it soon does not, and is only tried now and then.</summary>
/// <param name="sleeps">True while whoever handles the events has better use for the processor; null when it never has.</param>
internal sealed class SpinBudget(Func<bool>? sleeps)
{
    private const int Most = 16;
    private const int TryAgainAfter = 64;

    private int _credit = Most;
    private int _skipped;

    public bool Take() => sleeps?.Invoke() != true && (_credit > 0 || ++_skipped % TryAgainAfter == 0);

    public void Paid() => _credit = Math.Min(_credit + 1, Most);

    public void Wasted() => _credit = Math.Max(_credit - 2, 0);
}
