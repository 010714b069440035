namespace Fairlead.Control.Autoscaling;

/// <summary>
/// Predicts the 95th percentile of a request's time from the load. Two waits are looked at and the longer one counts: that of one queue
/// before all workers (Erlang C, with the exponential tail that Allen and Cunneen's factor makes shorter or longer by the variation of
/// the service time), which is right for few replicas; and that of many replicas of which the less loaded of two is taken (Mitzenmacher:
/// a share of u^(2^k - 1) has k requests or more, u being the utilisation), which is how the gateway balances.
/// </summary>
/// <param name="Service">Seconds that a worker is busy with a request, on average.</param>
/// <param name="ServiceP95">Seconds; the 95th percentile of the same.</param>
/// <param name="Workers">Of one replica.</param>
/// <param name="Variation">Variance of the service time over its squared mean: 0 when constant, 1 when exponential.</param>
internal readonly record struct QueueModel(double Service, double ServiceP95, int Workers, double Variation)
{
    private const double Tail = 0.05;

    /// <summary>Nearer to full than this, every estimate of the wait is a guess.</summary>
    private const double MostUtilised = 0.98;

    /// <summary>The least replicas that keep the target at this many requests a second; <paramref name="most"/> when more would be needed.</summary>
    public int LeastReplicas(double rate, double target, int most)
    {
        var offered = rate * Service;
        var blocked = 1.0;
        var servers = 0;
        for (var replicas = 1; replicas < most; replicas++)
        {
            // Erlang B grows by its recursion; what it is on the way to the first stable number is needed for the next.
            for (; servers < replicas * Workers; servers++) blocked = offered * blocked / (servers + 1 + (offered * blocked));
            if (offered >= MostUtilised * servers) continue;
            if (P95(rate, replicas, blocked) <= target) return replicas;
        }

        return most;
    }

    /// <summary>Seconds; infinite when the load is more than the replicas can do.</summary>
    public double P95(double rate, int replicas)
    {
        var offered = rate * Service;
        if (offered >= MostUtilised * replicas * Workers) return double.PositiveInfinity;
        var blocked = 1.0;
        for (var server = 1; server <= replicas * Workers; server++) blocked = offered * blocked / (server + (offered * blocked));
        return P95(rate, replicas, blocked);
    }

    private double P95(double rate, int replicas, double blocked)
    {
        var servers = replicas * Workers;
        var utilisation = rate * Service / servers;
        var shared = SharedWait(utilisation, servers, blocked);
        return ServiceP95 + (replicas == 1 ? shared : Math.Max(shared, WaitOfTwo(utilisation)));
    }

    private double SharedWait(double utilisation, int servers, double blocked)
    {
        var waits = blocked / (1 - (utilisation * (1 - blocked)));
        return waits <= Tail ? 0 : Math.Log(waits / Tail) * Service * (1 + Variation) / 2 / (servers * (1 - utilisation));
    }

    // The chosen one has k or more in front when both have.
    private double WaitOfTwo(double utilisation)
    {
        var inFront = 0;
        while (Math.Pow(utilisation, 2 * (Math.Pow(2, inFront + 1) - 1)) > Tail) inFront++;
        return Math.Max(0, inFront - (Workers - 1)) * Service / Workers * Math.Max(1, (1 + Variation) / 2);
    }
}
