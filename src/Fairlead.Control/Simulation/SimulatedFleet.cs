namespace Fairlead.Control.Simulation;

/// <summary>
/// The replicas of a simulation and the gateway before them. As in the product, a request goes at once to the less loaded of two
/// routable replicas drawn at random and waits there; only while there is none the gateway holds it.
/// </summary>
internal sealed class SimulatedFleet(SimulationInput input, Random random)
{
    private readonly List<SimulatedReplica> _routable = [];
    private readonly Queue<SimulatedReplica> _starting = new();
    private readonly List<SimulatedReplica> _draining = [];
    private readonly Queue<int> _held = new();
    private int _numbers;
    private double _goneSeconds;

    public TrafficCount Count { get; } = new();

    /// <summary>Seconds from arrival to end of each request that a replica has taken; NaN until then.</summary>
    public float[] Latencies { get; } = [.. Enumerable.Repeat(float.NaN, input.Arrivals.Length)];

    public int Wanted => _routable.Count + _starting.Count;

    public int Changes { get; private set; }

    public void Begin(int replicas)
    {
        for (var i = 0; i < replicas; i++) _routable.Add(new SimulatedReplica(++_numbers, input.Workers, 0, 0));
    }

    public void ScaleTo(int replicas, double now)
    {
        if (replicas == Wanted) return;
        Changes++;
        while (Wanted < replicas) _starting.Enqueue(new SimulatedReplica(++_numbers, input.Workers, now, now + input.Startup.TotalSeconds));
        while (Wanted > replicas && _starting.Count > 0) CancelNewest(now);
        while (Wanted > replicas)
        {
            _draining.Add(_routable[^1]);
            _routable.RemoveAt(_routable.Count - 1);
        }
    }

    /// <summary>Takes the trace's next request.</summary>
    public void Send(int request)
    {
        var arrival = input.Arrivals[request];
        Promote(arrival);
        Count.Came(arrival);
        if (_routable.Count > 0)
        {
            Give(request, arrival);
            return;
        }

        // The gateway tells at once that the first one waits, and so does Knative's.
        if (_starting.Count == 0) ScaleTo(1, arrival);
        _held.Enqueue(request);
    }

    /// <summary>Brings all up to a moment at which nobody arrives.</summary>
    public void Settle(double now)
    {
        Promote(now);
        foreach (var replica in _routable) replica.Finish(now, Count);
        for (var i = _draining.Count - 1; i >= 0; i--)
        {
            var replica = _draining[i];
            replica.Finish(now, Count);
            if (replica.InFlight > 0) continue;
            _goneSeconds += Math.Max(replica.IdleAt, replica.StartedAt) - replica.StartedAt;
            _draining.RemoveAt(i);
        }
    }

    public FleetReading Read(double now) => new(now, Count, [.. _routable.Select(r => new ReplicaReading(r.Number, r.ReadyAt, r.BusyUntil(now)))], _starting.Count, input.Workers);

    public int Waiting() => _held.Count + _routable.Sum(r => r.Waiting) + _draining.Sum(r => r.Waiting);

    public int Ready => _routable.Count;

    /// <summary>From a replica's start to its end, those that live counted up to now.</summary>
    public double ReplicaSeconds(double now) => _goneSeconds + _routable.Concat(_starting).Concat(_draining).Sum(r => now - r.StartedAt);

    private void CancelNewest(double now)
    {
        var kept = _starting.Count - 1;
        for (var i = 0; i < kept; i++) _starting.Enqueue(_starting.Dequeue());
        _goneSeconds += now - _starting.Dequeue().StartedAt;
    }

    private void Promote(double now)
    {
        while (_starting.TryPeek(out var first) && first.ReadyAt <= now)
        {
            _routable.Add(_starting.Dequeue());
            while (_held.TryDequeue(out var held)) Give(held, first.ReadyAt);
        }
    }

    private void Give(int request, double now)
    {
        var arrival = input.Arrivals[request];
        Latencies[request] = (float)(Choose(now).Take(arrival, now, input.Service.Next(random)) - arrival);
    }

    private SimulatedReplica Choose(double now)
    {
        if (_routable.Count == 1) return Current(0, now);
        var first = random.Next(_routable.Count);
        var second = random.Next(_routable.Count - 1);
        if (second >= first) second++;
        var (a, b) = (Current(first, now), Current(second, now));
        return b.InFlight < a.InFlight ? b : a;
    }

    private SimulatedReplica Current(int index, double now)
    {
        var replica = _routable[index];
        replica.Finish(now, Count);
        return replica;
    }
}
