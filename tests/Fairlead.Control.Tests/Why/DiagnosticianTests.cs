using System.Net;
using Fairlead.Control.Deploying;
using Fairlead.Control.Fleet;
using Fairlead.Control.Readiness;
using Fairlead.Control.Reconciling;
using Fairlead.Control.Routes;
using Fairlead.Control.Tests.Fakes;
using Fairlead.Control.Why;
using Fairlead.Core.Engines;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;
using Fairlead.Core.Routing;
using Fairlead.Core.Units;

namespace Fairlead.Control.Tests.Why;

public sealed class DiagnosticianTests
{
    private static readonly GatewayCondition Up = new(true, "127.0.0.1:8080", null);
    private static readonly GatewayView Answers = new(new GatewayState(1, 1, [], []), [], true);

    [Fact]
    public void AllServe_IsHealthy()
    {
        var diagnosis = Diagnose(Given.Deployment(), Up, Seen(), Seen(2));
        (diagnosis.Healthy, diagnosis.Findings.Count, diagnosis.Summary).ShouldBe((true, 0, "'penguins': 2 of 2 replicas serve."));
    }

    [Fact]
    public void Crash_ComesFirstWithItsExitAndLastLines()
    {
        var crashed = Ended(new ReplicaExit(Given.Now, 3, null, false, ["starting", "ModuleNotFoundError: flask"])) with { Wait = TimeSpan.FromSeconds(4) };
        var diagnosis = Diagnose(Given.Deployment(), Up, Seen(), crashed);
        diagnosis.Healthy.ShouldBeFalse();
        Codes(diagnosis).ShouldBe(["FL5104", "FL5106"]);
        diagnosis.Findings[0].Evidence[0].ShouldContain("exited with code 3");
        diagnosis.Findings[0].Evidence[1].ShouldBe("ModuleNotFoundError: flask");
    }

    [Fact]
    public void OutOfMemory_IsNamedAsSuch() =>
        Codes(Diagnose(Given.Deployment(), Up, Ended(new ReplicaExit(Given.Now, null, "SIGKILL", true, [])))).ShouldContain("FL5103");

    [Fact]
    public void ReplicaThatSaysWhyItIsNotReady_IsQuoted()
    {
        var diagnosis = Diagnose(Given.Deployment(), Up, Seen(reason: "golden case 'Adelie 1' answers wrongly"));
        diagnosis.Findings[0].Code.ShouldBe("FL5105");
        diagnosis.Summary.ShouldContain("Adelie 1");
    }

    [Fact]
    public void GatewayDown_ComesBeforeAllElse()
    {
        var diagnosis = Diagnose(Given.Deployment(), new GatewayCondition(false, "127.0.0.1:8080", "port taken"), Seen(reason: "broken"));
        diagnosis.Findings[0].Code.ShouldBe("FL5107");
        diagnosis.Findings[0].Summary.ShouldContain("port taken");
    }

    [Fact]
    public void ScaledToZero_IsSaid() => Codes(Diagnose(Given.Deployment() with { Replicas = 0 }, Up)).ShouldBe(["FL5110"]);

    [Fact]
    public void RolledBack_IsToldEvenWhenAllServe()
    {
        var record = Given.Deployment() with { Rollout = new RolloutRecord(1, 2, RolloutState.RolledBack, Given.Now) { Reason = "never ready" } };
        var diagnosis = Diagnose(record, Up, Seen(), Seen(2));
        diagnosis.Healthy.ShouldBeTrue();
        diagnosis.Findings.ShouldHaveSingleItem().Summary.ShouldContain("never ready");
    }

    [Fact]
    public void RefusedStart_IsToldWithTheEnginesOwnRemedy()
    {
        var record = Given.Deployment();
        var view = View(record) with { StartProblems = new Dictionary<Core.Identity.DeploymentName, IReadOnlyList<Problem>> { [record.Name] = [new Problem("FL3010", "The secret 'KEY' is not set.", "Set it.")] } };
        var finding = Diagnostician.Diagnose(record, view, Up).Findings[0];
        (finding.Code, finding.Remedy).ShouldBe(("FL5102", "Set it."));
    }

    [Fact]
    public void LimitsThatSomebodyChanged_AreToldWithWhatIsRecordedAndHarmNothing()
    {
        var record = Given.Deployment(Given.Manifest() with { Resources = new ResourceSpec(new CpuQuantity(500), new ByteSize(64 << 20)) });
        var changed = Limited(new ReplicaLimits(null, new ByteSize(32 << 20)));
        var kept = Limited(new ReplicaLimits(new CpuQuantity(500), new ByteSize(64 << 20)), age: 2);

        var diagnosis = Diagnose(record, Up, changed, kept);

        diagnosis.Healthy.ShouldBeTrue();
        var finding = diagnosis.Findings.ShouldHaveSingleItem();
        finding.Code.ShouldBe("FL3048");
        string[] said = [$"{changed.State.Id}: its memory limit is 32MiB; revision 1 records 64MiB", $"{changed.State.Id}: its processor limit is none; revision 1 records 500m"];
        finding.Evidence.ShouldBe(said);
        DriftRule.Of(record, View(record, changed, kept)).ShouldBe(said);
    }

    [Fact]
    public void LimitsThatTheEngineDoesNotTellOrTheMachineDoesNotGive_AreNoDrift()
    {
        var record = Given.Deployment(Given.Manifest() with { Resources = new ResourceSpec(Memory: new ByteSize(64 << 20)) });
        var noted = Limited(new ReplicaLimits(null, null), age: 2);
        noted = noted with { State = noted.State with { Notes = ["memory limit: no cgroup is writable"] } };

        Codes(Diagnose(record, Up, Seen(), noted)).ShouldBe(["FL5115"]);
    }

    private static SeenReplica Limited(ReplicaLimits limits, int age = 1)
    {
        var seen = Seen(age);
        return seen with { State = seen.State with { Limits = limits } };
    }

    private static Diagnosis Diagnose(DeploymentRecord record, GatewayCondition gateway, params SeenReplica[] replicas) => Diagnostician.Diagnose(record, View(record, replicas), gateway);

    private static FleetView View(DeploymentRecord record, params SeenReplica[] replicas) =>
        new(Given.Now, new Dictionary<Core.Identity.DeploymentName, IReadOnlyList<SeenReplica>> { [record.Name] = replicas }, Answers);

    private static IEnumerable<string> Codes(Diagnosis diagnosis) => diagnosis.Findings.Select(f => f.Code);

    private static SeenReplica Seen(int age = 1, string? reason = null)
    {
        var observed = Given.Replica(1, age) with { Ready = reason is null, Routed = reason is null };
        var health = new ReplicaHealth().After(reason is null ? ProbeAnswer.Yes : ProbeAnswer.No(reason), TimeSpan.Zero);
        return new SeenReplica(State(observed.Id, ReplicaPhase.Running, null), health, observed);
    }

    private static SeenReplica Ended(ReplicaExit exit)
    {
        var observed = Given.Replica(1, 9) with { Running = false, Ready = false, Routed = false };
        return new SeenReplica(State(observed.Id, ReplicaPhase.Exited, exit), new ReplicaHealth(), observed) { Failures = 1 };
    }

    private static ReplicaState State(Core.Identity.ReplicaId id, ReplicaPhase phase, ReplicaExit? exit) => new()
    {
        Id = id,
        Deployment = Given.Manifest().Name,
        Revision = 1,
        Phase = phase,
        StartedAt = Given.Now,
        Http = new IPEndPoint(IPAddress.Loopback, 20000),
        Handle = "1",
        Exit = exit,
    };
}
