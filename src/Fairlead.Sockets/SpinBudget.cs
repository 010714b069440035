namespace Fairlead.Sockets;

/// <summary>Whether polling before sleep has paid of late. Without load it soon does not, and is only tried now and then.</summary>
internal sealed class SpinBudget
{
    private const int Most = 16;
    private const int TryAgainAfter = 64;

    private int _credit = Most;
    private int _skipped;

    /// <param name="givesWay">The processor has better use: nothing is polled, nor learned of polling.</param>
    public bool Take(bool givesWay) => !givesWay && (_credit > 0 || ++_skipped % TryAgainAfter == 0);

    public void Paid() => _credit = Math.Min(_credit + 1, Most);

    public void Wasted() => _credit = Math.Max(_credit - 2, 0);
}
