using Fairlead.Gateway.Health;
using Fairlead.Gateway.Tests.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fairlead.Gateway.Tests.Health;

public class EjectionTests
{
    private static readonly HealthOptions Options = new();
    private readonly ManualTime _time = new();
    private readonly Ejection _ejection = new(Options, NullLogger<Ejection>.Instance);

    [Fact]
    public void Failed_FiveRunning_EjectsFor30Seconds_ThenTwiceAsLong_UpTo5Minutes()
    {
        var pool = Models.Deployment(_time, (1, 2)).Revisions[0];
        var replica = pool.Replicas[0];

        foreach (var seconds in (int[])[30, 60, 120, 240, 300, 300])
        {
            for (var i = 0; i < 5; i++)
            {
                replica.Health.IsRoutable.ShouldBeTrue();
                _ejection.Failed(replica, pool, "500");
            }

            _time.Move(TimeSpan.FromSeconds(seconds - 1));
            replica.Health.IsRoutable.ShouldBeFalse($"within {seconds} s");
            _time.Move(TimeSpan.FromSeconds(1));
        }

        replica.Deployment.Ejections.Value.ShouldBe(6);
        _time.Move(Options.MaxEjection);
        for (var i = 0; i < 5; i++) _ejection.Failed(replica, pool, "500");
        _time.Move(TimeSpan.FromSeconds(30));
        replica.Health.IsRoutable.ShouldBeTrue("it behaved for as long as the longest ejection");
    }

    [Fact]
    public void Failed_WithASuccessBetween_DoesNotEject()
    {
        var pool = Models.Deployment(_time, (1, 2)).Revisions[0];
        for (var i = 0; i < 20; i++)
        {
            _ejection.Failed(pool.Replicas[0], pool, "500");
            if (i % 4 == 3) pool.Replicas[0].Health.Answered();
        }

        pool.Replicas[0].Health.IsRoutable.ShouldBeTrue();
    }

    [Fact]
    public void Failed_NoOtherReplicaLeft_StaysIn_UntilOneIs()
    {
        var pool = Models.Deployment(_time, (1, 2)).Revisions[0];
        _ejection.Down(pool.Replicas[1], "refused");
        for (var i = 0; i < 10; i++) _ejection.Failed(pool.Replicas[0], pool, "500");
        pool.Replicas[0].Health.IsRoutable.ShouldBeTrue();

        _ejection.Up(pool.Replicas[1]);
        _ejection.Failed(pool.Replicas[0], pool, "500");
        pool.Replicas[0].Health.IsRoutable.ShouldBeFalse();
    }

    [Fact]
    public void Down_TellsWhoWaits_OnceAndAgainAfterItCameBack()
    {
        var replica = Models.Deployment(_time, (1, 1)).Revisions[0].Replicas[0];
        var before = replica.Health.Standing;
        _ejection.Down(replica, "refused");
        _ejection.Down(replica, "refused");

        before.IsCancellationRequested.ShouldBeTrue();
        replica.Deployment.Ejections.Value.ShouldBe(1);
        _ejection.Up(replica);
        replica.Health.Standing.IsCancellationRequested.ShouldBeFalse();
        replica.Health.IsRoutable.ShouldBeTrue();
    }
}
