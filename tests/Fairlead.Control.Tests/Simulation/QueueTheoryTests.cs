using Fairlead.Control.Simulation;

namespace Fairlead.Control.Tests.Simulation;

/// <summary>The simulator against waiting times that are known.</summary>
public class QueueTheoryTests
{
    private const double Service = 0.02;

    /// <summary>At four fifths of the capacity the mean wait of so many requests is known to about half a percent.</summary>
    private const double Requests = 4_000_000;

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(1, 0.8)]
    [InlineData(4, 0.7)]
    [InlineData(8, 0.85)]
    public void PoissonAndExponential_WaitAsErlangCSays(int workers, double utilisation)
    {
        var offered = utilisation * workers;
        var wait = ErlangC(workers, offered) * Service / (workers - offered);
        MeanWait(ServiceTime.Exponential(TimeSpan.FromSeconds(Service)), workers, offered / Service).ShouldBe(wait, tolerance: wait * 0.02);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void PoissonAndConstant_OneWorker_WaitAsPollaczekAndKhinchineSay(double utilisation)
    {
        var wait = utilisation * Service / (2 * (1 - utilisation));
        MeanWait(ServiceTime.Constant(TimeSpan.FromSeconds(Service)), 1, utilisation / Service).ShouldBe(wait, tolerance: wait * 0.02);
    }

    [Theory]
    [InlineData(2, 0.7)]
    [InlineData(4, 0.8)]
    public void PoissonAndConstant_SomeWorkers_WaitAsCrommelinSays(int workers, double utilisation)
    {
        var wait = Crommelin(workers, utilisation * workers) * Service;
        MeanWait(ServiceTime.Constant(TimeSpan.FromSeconds(Service)), workers, utilisation * workers / Service).ShouldBe(wait, tolerance: wait * 0.02);
    }

    [Fact]
    public void TheLessLoadedOfTwoOfManyReplicas_IsAsLongAsMitzenmacherSays()
    {
        const int replicas = 200;
        const double utilisation = 0.8;
        // Little: the mean number at a replica, the sum of the shares that have k or more, over the rate at which they come.
        var inReplica = Enumerable.Range(1, 12).Sum(k => Math.Pow(utilisation, Math.Pow(2, k) - 1));
        var latency = inReplica * Service / utilisation;
        var input = Input(ServiceTime.Exponential(TimeSpan.FromSeconds(Service)), 1, replicas * utilisation / Service, seconds: 400, replicas);
        MeanLatency(input).ShouldBe(latency, tolerance: latency * 0.02);
    }

    private static double MeanWait(ServiceTime service, int workers, double rate) => MeanLatency(Input(service, workers, rate, (int)(Requests / rate), replicas: 1)) - service.Mean;

    private static SimulationInput Input(ServiceTime service, int workers, double rate, int seconds, int replicas) => new()
    {
        Arrivals = Arrivals.Poisson(Enumerable.Repeat(rate, seconds), seed: 11),
        Service = service,
        Workers = workers,
        Startup = TimeSpan.FromSeconds(1),
        TargetP95 = TimeSpan.FromSeconds(1),
        Min = replicas,
        Max = replicas,
        Seed = 12,
    };

    private static double MeanLatency(SimulationInput input)
    {
        var fleet = new SimulatedFleet(input, new Random(input.Seed));
        fleet.Begin(input.Min);
        for (var request = 0; request < input.Arrivals.Length; request++) fleet.Send(request);
        return fleet.Latencies.Average(l => (double)l);
    }

    private static double ErlangC(int servers, double offered)
    {
        var blocked = 1.0;
        for (var server = 1; server <= servers; server++) blocked = offered * blocked / (server + (offered * blocked));
        return blocked / (1 - (offered / servers * (1 - blocked)));
    }

    /// <summary>Mean wait of M/D/c in service times, by Crommelin's series.</summary>
    private static double Crommelin(int servers, double offered)
    {
        var wait = 0.0;
        for (var i = 1; i <= 400; i++)
        {
            var mean = i * offered;
            var tail = 0.0;
            var more = 0.0;
            for (var j = i * servers; j < (i * servers) + 2000; j++)
            {
                var share = Math.Exp((j * Math.Log(mean)) - mean - LogFactorial(j));
                tail += share;
                if (j > i * servers) more += share;
            }

            wait += tail - (servers / offered * more);
        }

        return wait;
    }

    private static double LogFactorial(int n) => n < 2 ? 0 : (n * Math.Log(n)) - n + (0.5 * Math.Log(2 * Math.PI * n)) + (1.0 / (12 * n)) - (1.0 / (360.0 * n * n * n));
}
