using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Testing.Engines;

namespace Fairlead.Engines.Tests.Fakes;

/// <summary>The fake keeps the contract too, or tests that use it prove nothing.</summary>
public sealed class FakeEngineTests : EngineContract
{
    private readonly FakeEngine _engine = new();

    protected override IEngine Open() => _engine.Reopen();

    protected override IEngine OpenElsewhere() => new FakeEngine();

    protected override ReplicaSpec Spec(TestProgram program)
    {
        var deployment = DeploymentName.Parse("contract");
        IReadOnlyList<string> arguments = program switch
        {
            TestProgram.Exit exit => ["exit", $"{exit.Code}"],
            TestProgram.Print print => ["print", .. print.Lines],
            TestProgram.Stubborn => ["stubborn"],
            _ => ["forever"],
        };
        return new ReplicaSpec
        {
            Id = ReplicaId.New(deployment, 1, Random.Shared),
            Deployment = deployment,
            Revision = 1,
            Workload = new Workload.Command(Digest.Of([]), arguments),
        };
    }

    protected override void Kill(ReplicaState replica) => _engine.Exit(replica.Id, code: null, signal: "SIGKILL");

    protected override string? VariableOf(ReplicaState replica, string name)
    {
        var spec = _engine.Machine.SpecOf(replica.Id)!;
        return spec.Secrets.Contains(name) ? SecretValue : spec.Environment.GetValueOrDefault(name);
    }

    protected override IEnumerable<string> WrittenText() => _engine.Machine.Calls;
}
