using Fairlead.Gateway.Balancing;
using Fairlead.Gateway.Routing;
using Fairlead.Gateway.Tests.Hosting;

namespace Fairlead.Gateway.Tests.Balancing;

public class SelectionTests
{
    private readonly ManualTime _time = new();
    private readonly Random _random = new(7);

    [Fact]
    public void Next_TwoRevisions_SharesAreTheWeights()
    {
        var deployment = Models.Deployment(_time, (95, 2), (5, 2), (0, 2));

        var shares = Draw(deployment, 10_000).GroupBy(r => r.Pool.Revision).ToDictionary(g => g.Key, g => g.Count());

        shares[1].ShouldBeInRange(9400, 9600);
        shares[2].ShouldBeInRange(400, 600);
        shares.ShouldNotContainKey(3);
    }

    [Fact]
    public void Next_OneRevisionDown_TheOtherTakesItsShare()
    {
        var deployment = Models.Deployment(_time, (50, 2), (50, 2));
        foreach (var replica in deployment.Revisions[0].Replicas) replica.Health.GoDown("gone");

        Draw(deployment, 100).ShouldAllBe(r => r.Pool.Revision == 2);
    }

    [Fact]
    public void Next_VersionPinned_WeightDoesNotCount()
    {
        var deployment = Models.Deployment(_time, (100, 1), (0, 1));

        Selection.Next(deployment, "2.0", null, _random)!.Value.Pool.Revision.ShouldBe(2);
        Selection.Next(deployment, "3.0", null, _random).ShouldBeNull();
    }

    [Fact]
    public void Next_TriedBefore_NotAgain()
    {
        var deployment = Models.Deployment(_time, (100, 2));
        var tried = new List<ReplicaState> { deployment.Revisions[0].Replicas[0] };

        Selection.Next(deployment, null, tried, _random)!.Value.Replica.ShouldBe(deployment.Revisions[0].Replicas[1]);
        tried.Add(deployment.Revisions[0].Replicas[1]);
        Selection.Next(deployment, null, tried, _random).ShouldBeNull();
    }

    [Fact]
    public void Next_AllEjected_UsesThem_ButNoneThatIsDown()
    {
        var deployment = Models.Deployment(_time, (100, 2));
        var (one, two) = (deployment.Revisions[0].Replicas[0], deployment.Revisions[0].Replicas[1]);
        one.Health.Eject(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5));
        two.Health.GoDown("gone");

        Draw(deployment, 20).ShouldAllBe(r => r.Replica == one);
        one.Health.GoDown("gone too");
        Selection.Next(deployment, null, null, _random).ShouldBeNull();
    }

    [Fact]
    public void Pick_TwoReplicas_TheLessLoaded()
    {
        var deployment = Models.Deployment(_time, (100, 2));
        deployment.Revisions[0].Replicas[0].TryEnter().ShouldBeTrue();

        Draw(deployment, 50).ShouldAllBe(r => r.Replica == deployment.Revisions[0].Replicas[1]);
    }

    [Fact]
    public void Pick_ManyRequestsInFlight_AreSpreadEvenly()
    {
        var deployment = Models.Deployment(_time, (100, 10));

        for (var i = 0; i < 1000; i++) Selection.Next(deployment, null, null, _random)!.Value.Replica.TryEnter();

        deployment.Revisions[0].Replicas.ShouldAllBe(r => r.InFlight >= 95 && r.InFlight <= 105);
    }

    private List<(RevisionPool Pool, ReplicaState Replica)> Draw(DeploymentModel deployment, int times) =>
        [.. Enumerable.Range(0, times).Select(_ => Selection.Next(deployment, null, null, _random)!.Value)];
}
