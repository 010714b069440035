using Fairlead.Control.Autoscaling;
using Fairlead.Control.Simulation;
using Fairlead.Telemetry.Metrics;

namespace Fairlead.Control.Tests.Autoscaling;

/// <summary>Answers of simulated replicas of one worker whose work takes 50 ms.</summary>
public class AnswerTimesTests
{
    private const double Service = 0.05;

    private readonly AnswerTimes _times = new();
    private readonly Histogram _histogram = new MetricRegistry().Histogram("answers", "Times.", Histogram.FineSeconds).With();
    private readonly Random _random = new(3);
    private double[] _freeAt = [0];
    private readonly PriorityQueue<double, double> _underWay = new();
    private double _now;

    [Fact]
    public void WithLittleToDo_AnAnswersTimeIsTheWork()
    {
        Run(seconds: 60, rate: 4, replicas: 1);
        Mean.ShouldBe(Service, Service * 0.2);
    }

    [Fact]
    public void UnderTooMuchFromTheFirstSecond_ItIsWhatTheWorkersCanDo()
    {
        Run(seconds: 120, rate: 0, replicas: 1);
        Run(seconds: 5, rate: 200, replicas: 1);
        Mean.ShouldBe(Service, Service * 0.3, "and not the seconds that answers wait");
        Run(seconds: 20, rate: 200, replicas: 1);
        Mean.ShouldBe(Service, Service * 0.1);
    }

    [Fact]
    public void AQueueThatIsGone_IsForgottenAsSoonAsItIsCalm()
    {
        Run(seconds: 15, rate: 24, replicas: 1);
        Run(seconds: 60, rate: 200, replicas: 30);
        Mean.ShouldBe(Service, Service * 0.3);
        P95.ShouldBeLessThan(Service * 3);
    }

    [Fact]
    public void ABusyHour_AfterACalmOne_DoesNotCount()
    {
        Run(seconds: 60, rate: 4, replicas: 1);
        var before = Mean;
        Run(seconds: 60, rate: 19, replicas: 1);
        Mean.ShouldBe(before, Service * 0.1);
    }

    [Fact]
    public void RequestsThatTakeLongerThanAWindow_AreWaitedFor()
    {
        Run(seconds: 1, rate: 0, replicas: 1);
        _times.Add(Seconds(2), _histogram.Read(), inFlight: 1, ready: 1);
        _times.Add(Seconds(14), _histogram.Read(), inFlight: 1, ready: 1);
        _histogram.Observe(12);
        _times.Add(Seconds(15), _histogram.Read(), inFlight: 0, ready: 1);
        Mean.ShouldBe(12, 2);
    }

    [Fact]
    public void AnotherRevision_BeginsAnew()
    {
        Run(seconds: 60, rate: 4, replicas: 1);
        _times.Forget();
        _times.Service(workers: 1).ShouldBeNull();
    }

    private double Mean => _times.Service(workers: 1).ShouldNotBeNull().Mean;

    private double P95 => _times.Service(workers: 1).ShouldNotBeNull().P95;

    // First come, first served by whoever is free first.
    private void Run(int seconds, double rate, int replicas)
    {
        _freeAt = [.. _freeAt.Concat(Enumerable.Repeat(_now, replicas)).Take(replicas)];
        var arrivals = rate == 0 ? [] : Arrivals.Poisson(Enumerable.Repeat(rate, seconds), _random.Next());
        var next = 0;
        for (var second = 1; second <= seconds; second++)
        {
            for (; next < arrivals.Length && arrivals[next] <= second; next++)
            {
                var free = Array.IndexOf(_freeAt, _freeAt.Min());
                _freeAt[free] = Math.Max(_freeAt[free], _now + arrivals[next]) + Service;
                _underWay.Enqueue(_freeAt[free] - _now - arrivals[next], _freeAt[free]);
            }

            while (_underWay.TryPeek(out var took, out var end) && end <= _now + second)
            {
                _histogram.Observe(took);
                _underWay.Dequeue();
            }

            _times.Add(Seconds(_now + second), _histogram.Read(), _underWay.Count, replicas);
        }

        _now += seconds;
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
