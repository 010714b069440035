namespace Fairlead.ModelServer.Drift;

/// <summary>
/// Which rows of a request are looked at: as many as a fixed amount of work per request allows on average, evenly spread,
/// so that monitoring costs the same whatever the requests are.
/// </summary>
/// <param name="budget">Elements per request.</param>
/// <param name="costPerRow">Elements of one row.</param>
internal struct RowSampler(int budget, int costPerRow)
{
    private long _credit;
    private uint _phase;

    /// <summary>How many rows, from which on, and the step between them.</summary>
    public (int Count, int First, int Step) Take(long rows)
    {
        // What requests with few rows have left over is not saved up for one that would then be slow.
        _credit = Math.Min(_credit + budget, Math.Max(budget, costPerRow));
        var count = (int)Math.Min(rows, _credit / costPerRow);
        if (count == 0) return default;
        _credit -= (long)count * costPerRow;
        var step = (int)(rows / count);
        return (count, (int)(_phase++ % (uint)step), step);
    }
}
