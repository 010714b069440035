namespace Fairlead.Control.Autoscaling;

/// <summary>
/// Predicts which share of the requests takes longer than a target. Two waits are looked at and the longer one counts: that of one queue
/// before all workers (Erlang C, with the exponential tail that Allen and Cunneen's factor makes shorter or longer by the variation of
/// the service time), which is right for few replicas; and that of many replicas of which the less loaded of two is taken (Mitzenmacher:
/// a share of u^(2^k - 1) has k requests or more, u being the utilisation), which is how the gateway balances. Wait and service are
/// added as what they are, independent: the sum of their two p95s would be exceeded by far fewer than one request in twenty.
/// </summary>
/// <param name="Service">Seconds that a worker is busy with a request, on average.</param>
/// <param name="ServiceP95">Seconds; the 95th percentile of the same.</param>
/// <param name="Workers">Of one replica.</param>
/// <param name="Variation">Variance of the service time over its squared mean: 0 when constant, 1 when exponential.</param>
internal readonly record struct QueueModel(double Service, double ServiceP95, int Workers, double Variation)
{
    private const double Tail = 0.05;

    /// <summary>Of an exponential time, p95 is three times the mean: ln 20.</summary>
    private const double ExponentialP95 = 3;

    /// <summary>Nearer to full than this, every estimate of the wait is a guess.</summary>
    private const double MostUtilised = 0.98;

    private const double Negligible = 1e-9;

    // Only mean and p95 are measured: a constant part and an exponential one that have both; of a longer tail the p95 alone.
    private double Exponential => ServiceP95 <= ExponentialP95 * Service ? (ServiceP95 - Service) / (ExponentialP95 - 1) : ServiceP95 / ExponentialP95;

    private double Constant => Math.Max(0, Service - Exponential);

    /// <summary>The least replicas whose p95 is within the target at this many requests a second; <paramref name="most"/> when more would be needed.</summary>
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
            if (Over(rate, replicas, target, blocked) <= Tail) return replicas;
        }

        return most;
    }

    /// <summary>Share of the requests that take longer than the target, in seconds; 1 when the load is more than the replicas can do.</summary>
    public double Over(double rate, int replicas, double target)
    {
        var offered = rate * Service;
        if (offered >= MostUtilised * replicas * Workers) return 1;
        var blocked = 1.0;
        for (var server = 1; server <= replicas * Workers; server++) blocked = offered * blocked / (server + (offered * blocked));
        return Over(rate, replicas, target, blocked);
    }

    private double Over(double rate, int replicas, double target, double blocked)
    {
        var servers = replicas * Workers;
        var utilisation = rate * Service / servers;
        var left = target - Constant;
        var shared = SharedOver(utilisation, servers, blocked, left);
        return replicas == 1 ? shared : Math.Max(shared, OfTwoOver(utilisation, left));
    }

    private double SharedOver(double utilisation, int servers, double blocked, double left)
    {
        if (left <= 0) return 1;
        var waits = blocked / (1 - (utilisation * (1 - blocked)));
        var wait = Service * (1 + Variation) / 2 / (servers * (1 - utilisation));
        return ((1 - waits) * ServiceOver(left)) + (waits * SumOver(wait, left));
    }

    // The chosen one has k or more in front when both have.
    private double OfTwoOver(double utilisation, double left)
    {
        var over = 0.0;
        for (var (inFront, share) = (0, 1.0); share > Negligible; inFront++)
        {
            var more = Math.Pow(utilisation, 2 * (Math.Pow(2, inFront + 1) - 1));
            var wait = Math.Max(0, inFront - (Workers - 1)) * Service / Workers * Math.Max(1, (1 + Variation) / 2);
            over += (share - more) * ServiceOver(left - wait);
            share = more;
        }

        return over;
    }

    // The exponential part alone.
    private double ServiceOver(double left) =>
        left < -Negligible ? 1 : Exponential <= Negligible ? 0 : Math.Exp(-Math.Max(0, left) / Exponential);

    // The exponential part and an exponential wait, the one after the other.
    private double SumOver(double wait, double left)
    {
        if (Exponential <= Negligible) return Math.Exp(-left / wait);
        if (Math.Abs(wait - Exponential) < Negligible) return (1 + (left / wait)) * Math.Exp(-left / wait);
        return ((wait * Math.Exp(-left / wait)) - (Exponential * Math.Exp(-left / Exponential))) / (wait - Exponential);
    }
}
