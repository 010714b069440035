using Fairlead.Control.Deploying;
using Fairlead.Control.Fleet;
using Fairlead.Control.Tests.Fakes;
using Fairlead.Core.Manifests;
using Fairlead.Core.Models;

namespace Fairlead.Control.Tests.Deploying;

public sealed class DeployRuleTests
{
    [Fact]
    public void TheSameAgain_ChangesNothing()
    {
        var record = Given.Deployment();
        var (again, changed, events) = DeployRule.Deploy(Given.Order(Given.Manifest()), record, Given.Now);
        changed.ShouldBeFalse();
        again.ShouldBeSameAs(record);
        events.ShouldBeEmpty();
    }

    [Fact]
    public void OtherContent_MakesARevisionAndARollout()
    {
        var (record, changed, _) = DeployRule.Deploy(Given.Order(Given.Manifest(), content: "other"), Given.Deployment(), Given.Now);
        changed.ShouldBeTrue();
        record.Rollout.ShouldBe(new RolloutRecord(1, 2, RolloutState.Progressing, Given.Now));
        record.Revisions.Select(r => r.State).ShouldBe([RevisionState.Superseded, RevisionState.Current]);
    }

    [Fact]
    public void UpdateOvertakenByAnother_GoesBackToWhereTheFirstBegan()
    {
        var third = Given.Updated(Given.Updated(Given.Deployment(), "2"), "3");
        third.Rollout!.From.ShouldBe(1);
        third.Rollout.To.ShouldBe(3);
    }

    [Theory]
    [InlineData(null, false, 2, 2)]
    [InlineData(5, false, 2, 5)]
    [InlineData(null, true, 4, 4)]
    [InlineData(1, true, 4, 1)]
    public void Replicas_AreThoseAskedForElseThoseSetByHandElseTheMinimum(int? asked, bool byHand, int before, int expected)
    {
        var record = Given.Deployment() with { Replicas = before, ReplicasByHand = byHand };
        DeployRule.Deploy(Given.Order(Given.Manifest(), asked), record, Given.Now).Record.Replicas.ShouldBe(expected);
    }

    [Theory]
    [InlineData(-1, null, false)]
    [InlineData(0, null, true)]
    [InlineData(10, 10, true)]
    [InlineData(11, 10, false)]
    public void CheckReplicas_HoldsTheBounds(int replicas, int? max, bool ok) => (DeployRule.CheckReplicas(replicas, Given.Manifest(max: max)) is null).ShouldBe(ok);

    [Fact]
    public void Difference_NamesEveryKeyThatDiffers()
    {
        ManifestDifference.Between("""{"name":"a","scale":{"min":2},"env":{"OLD":"1"}}""", """{"name":"a","scale":{"min":4},"env":{"NEW":"x"}}""")
            .ShouldBe(["env/NEW: (none) → x", "env/OLD: 1 → (none)", "scale/min: 2 → 4"]);
    }

    [Fact]
    public void EnvironmentValue_MakesAnotherTemplate()
    {
        var template = ReplicaTemplate.Of(Given.Manifest(env: ("A", "1")), Given.Content());
        template.Digest.ShouldNotBe(ReplicaTemplate.Of(Given.Manifest(env: ("A", "2")), Given.Content()).Digest);
        template.Digest.ShouldBe(ReplicaTemplate.Of(Given.Manifest(min: 7, env: ("A", "1")), Given.Content()).Digest);
    }

    [Fact]
    public void Batching_ReachesTheModelServer()
    {
        var model = Given.Manifest() with { Model = new ModelSpec { File = "m.onnx" } };
        ReplicaTemplate.Of(model, Given.Content()).Environment.Keys.ShouldNotContain(ServerSettings.BatchSize);
        var batched = ReplicaTemplate.Of(model with { Serve = new ServeSpec { Batching = new BatchingSpec(16, TimeSpan.FromMilliseconds(2)) } }, Given.Content());
        batched.Environment[ServerSettings.BatchSize].ShouldBe("16");
        batched.Environment[ServerSettings.BatchDelay].ShouldBe("2ms");
    }
}
