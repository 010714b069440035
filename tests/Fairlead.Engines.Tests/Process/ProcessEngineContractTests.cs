using System.Globalization;
using Fairlead.Core.Engines;
using Fairlead.Engines.Processes;
using Fairlead.Testing.Engines;

namespace Fairlead.Engines.Tests.Process;

public sealed class ProcessEngineContractTests : EngineContract, IAsyncLifetime
{
    private readonly EngineHome _home = new();
    private readonly EngineHome _other = new();

    public Task InitializeAsync()
    {
        _home.Secrets[SecretName] = SecretValue;
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _home.EndAsync();
        await _other.EndAsync();
    }

    protected override IEngine Open() => _home.Open();

    protected override IEngine OpenElsewhere() => _other.Open();

    protected override ReplicaSpec Spec(TestProgram program) => program switch
    {
        TestProgram.Exit exit => _home.Shell($"exit {exit.Code}"),
        TestProgram.Stubborn => _home.Shell("trap '' TERM; echo stubborn; while :; do sleep 1; done"),
        TestProgram.Print print => _home.Command(["/bin/sh", "-c", "printf '%s\\n' \"$@\"; exec sleep 600", "sh", .. print.Lines]),
        _ => _home.Shell("exec sleep 600"),
    };

    protected override void Kill(ReplicaState replica) => Libc.kill(int.Parse(replica.Handle, CultureInfo.InvariantCulture), Libc.SigKill);

    protected override string? VariableOf(ReplicaState replica, string name) =>
        ProcessTable.Variable(int.Parse(replica.Handle, CultureInfo.InvariantCulture), name);

    protected override IEnumerable<string> WrittenText() =>
        Directory.EnumerateFiles(_home.Root, "*", SearchOption.AllDirectories).Select(File.ReadAllText);
}
