using System.Net;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Engines.Docker;

namespace Fairlead.Engines.Tests.Docker;

public sealed class SightTests
{
    private readonly Sight _sight = new(TimeProvider.System);

    [Fact]
    public void WhatWasSeenStaysWhileNothingCanBeSeen()
    {
        var (one, two) = (State(), State());
        _sight.Seen([one, two]);

        var lost = _sight.Lost(DockerProblems.Unreachable("unix:///none", "nothing listens there"));

        lost.Replicas.ShouldBe([one, two]);
        lost.Unobserved.ShouldNotBeNull();
        _sight.Seen([one, two]).Unobserved.ShouldBeNull();
    }

    [Fact]
    public void WhatIsGoneWithoutUsHasEndedUntilItIsRemoved()
    {
        var (one, two) = (State(), State());
        _sight.Seen([one, two]);

        var seen = _sight.Seen([two]).Replicas;

        seen.Select(r => (r.Id, r.Phase)).ShouldBe([(two.Id, ReplicaPhase.Running), (one.Id, ReplicaPhase.Exited)], ignoreOrder: true);
        _sight.Seen([two]).Replicas.Single(r => r.Id == one.Id).Exit.ShouldBe(seen.Single(r => r.Id == one.Id).Exit);
        _sight.Forget(one.Id);
        _sight.Seen([two]).Replicas.ShouldBe([two]);
    }

    [Fact]
    public void WhatWeRemovedDoesNotComeBackFromAListThatWasMadeBefore()
    {
        var one = State();
        _sight.Seen([one]);

        _sight.Forget(one.Id);

        _sight.Seen([one]).Replicas.ShouldBeEmpty();
        _sight.Seen([]).Replicas.ShouldBeEmpty();
        _sight.Expect(one.Id);
        _sight.Seen([one]).Replicas.ShouldBe([one]);
    }

    private static ReplicaState State()
    {
        var deployment = DeploymentName.Parse("a");
        return new ReplicaState
        {
            Id = ReplicaId.New(deployment, 1, Random.Shared),
            Deployment = deployment,
            Revision = 1,
            Phase = ReplicaPhase.Running,
            StartedAt = default,
            Http = new IPEndPoint(IPAddress.Loopback, 1),
            Handle = "c",
        };
    }
}
