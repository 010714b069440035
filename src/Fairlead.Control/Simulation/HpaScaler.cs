namespace Fairlead.Control.Simulation;

/// <summary>
/// The horizontal pod autoscaler of Kubernetes on CPU utilisation with its default behaviour. Metrics are averages over 15 s, taken
/// every 15 s; a sync lies half-way between two, so that what it reads ended 7.5 s before.
/// </summary>
internal sealed class HpaScaler(double utilisation, int min, int max) : IScaler
{
    private const double Tolerance = 0.1;
    private const double Window = 15;
    private const double ScaleInWindow = 300;
    private const int PodsPerPeriod = 4;

    private readonly Dictionary<int, double> _busyBefore = [];
    private readonly Dictionary<int, double> _cpu = [];
    private readonly Queue<(double At, int Replicas)> _recommended = new();
    private int _look;

    public string Name => "hpa";

    public double Every => Window / 2;

    /// <summary>It cannot go lower: its ratio of nothing to nothing says nothing.</summary>
    public int Least => Math.Max(1, min);

    public int? Decide(FleetReading reading)
    {
        if (++_look % 2 != 0) return Sync(reading);
        Scrape(reading);
        return null;
    }

    private void Scrape(FleetReading reading)
    {
        _cpu.Clear();
        foreach (var replica in reading.Ready)
        {
            // A sample counts only when the whole of its window lies after the pod became ready.
            if (_busyBefore.TryGetValue(replica.Number, out var before)) _cpu[replica.Number] = (replica.BusySeconds - before) / Window / reading.Workers;
        }

        _busyBefore.Clear();
        foreach (var replica in reading.Ready) _busyBefore[replica.Number] = replica.BusySeconds;
    }

    private int? Sync(FleetReading reading)
    {
        var current = reading.Wanted;
        var measured = reading.Ready.Where(r => _cpu.ContainsKey(r.Number)).Select(r => _cpu[r.Number]).ToList();
        if (measured.Count == 0) return null;
        var proposed = Math.Clamp(Propose(measured, current), Least, max);
        _recommended.Enqueue((reading.At, proposed));
        while (_recommended.Peek().At < reading.At - ScaleInWindow) _recommended.Dequeue();
        var stabilised = proposed < current ? Math.Min(current, _recommended.Max(r => r.Replicas)) : proposed;
        return Math.Min(stabilised, Math.Max(current + PodsPerPeriod, current * 2));
    }

    // Pods without a sample are taken to use nothing when that could only lessen a scale-out, and all of their request in a scale-in.
    private int Propose(List<double> measured, int current)
    {
        var ratio = measured.Average() / utilisation;
        var unmeasured = current - measured.Count;
        if (unmeasured == 0) return Math.Abs(1 - ratio) <= Tolerance ? current : (int)Math.Ceiling(ratio * measured.Count);
        var filled = (measured.Sum() + (ratio < 1 ? unmeasured : 0)) / current / utilisation;
        if (Math.Abs(1 - filled) <= Tolerance || (ratio < 1) != (filled < 1)) return current;
        var proposed = (int)Math.Ceiling(filled * current);
        return (filled < 1) == (proposed > current) ? current : proposed;
    }
}
