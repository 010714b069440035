using Fairlead.Api.Wire;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Tests.Output;

public sealed class StatusViewTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 10, 0, TimeSpan.Zero);
    private static readonly Paint Plain = new(On: false);

    [Fact]
    public void TwoDeploymentsInAWideTerminal()
    {
        var text = string.Join('\n', StatusView.Render([Penguins(), Digits()], Now, 150, Plain));

        text.ShouldBe("""
            DEPLOYMENT  VERSION  ENGINE   REV  PHASE     READY  REQ/S    P50    P95  REQUESTS  FAILED
            penguins    1.4.0    process    3  ready       2/2    212  850µs  4.0ms    12,345       0
            digits      1.0.0    process    2  degraded    1/2      –      –      –         7       2

            penguins
            REPLICA           REV  PHASE   CPU  MEMORY  IN FLIGHT  RESTARTS  AGE  HANDLE  ADDRESS
            penguins-3-k7f2q    3  ready  0.25  50 MiB          3         0  10m     101  127.0.0.1:4001
            penguins-3-zzzzz    3  ready     –       –          0         1  30s     102  127.0.0.1:4002

            digits
            REPLICA         REV  PHASE     REASON         CPU  MEMORY  IN FLIGHT  RESTARTS  AGE  HANDLE  ADDRESS
            digits-2-bbbbb    2  starting  loading model    –       –          0         0   1s     103  127.0.0.1:4003
            update 1 → 2 rolled_back, 2 failed of 9 requests: not ready in time
            note: memory limit: no cgroup is writable
            """);
    }

    [Theory]
    [InlineData(150)]
    [InlineData(100)]
    [InlineData(80)]
    [InlineData(60)]
    [InlineData(40)]
    [InlineData(20)]
    public void NoLineIsWiderThanTheTerminal(int width)
    {
        var lines = StatusView.Render([Penguins(), Digits()], Now, width, Plain);

        lines.ShouldAllBe(line => line.Length <= width);
        lines[0].ShouldContain("READY");
    }

    [Fact]
    public void ALongReasonIsCutBeforeColumnsAreDropped()
    {
        var digits = Digits();
        digits = digits with { Replicas = [digits.Replicas[0] with { Reason = "the model\ndoes not give its golden answers: case 1, output 'label', element 0 is 3 and not 4" }] };

        var replica = StatusView.Render([digits], Now, 120, Plain)[4];

        replica.Length.ShouldBe(120);
        replica.ShouldContain("the model does not give");
        replica.ShouldEndWith("103  127.0.0.1:4003");
    }

    [Fact]
    public void NothingDeployed_SaysWhatNext() =>
        StatusView.Render([], Now, 80, Plain).ShouldBe(["Nothing is deployed. 'fairlead up PATH' starts a model."]);

    [Fact]
    public void ColourDoesNotMoveColumns()
    {
        var plain = StatusView.Render([Penguins()], Now, 120, Plain);
        var painted = StatusView.Render([Penguins()], Now, 120, new Paint(On: true));

        painted.Select(Uncoloured).ShouldBe(plain);
        string.Concat(painted).ShouldContain("\x1b[32mready");
    }

    private static string Uncoloured(string line) => System.Text.RegularExpressions.Regex.Replace(line, "\x1b\\[[0-9]+m", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)).TrimEnd();

    private static DeploymentStatus Penguins() => new(
        "penguins", "1.4.0", "process", "ready", 3, 2, 2, Now.AddHours(-1), [], null, new TrafficStatus(212.4, 0.00085, 0.00404, 12345, 0, 3), null,
        [Replica("penguins-3-k7f2q", 3, "ready", null, "127.0.0.1:4001", "101", 600) with { CpuCores = 0.25, MemoryBytes = 50 << 20, InFlight = 3 }, Replica("penguins-3-zzzzz", 3, "ready", null, "127.0.0.1:4002", "102", 30) with { Restarts = 1 }]);

    private static DeploymentStatus Digits() => new(
        "digits", "1.0.0", "process", "degraded", 2, 2, 1, Now.AddHours(-1), [], null, new TrafficStatus(null, null, null, 7, 2, 0),
        new RolloutStatus(1, 2, "rolled_back", Now, Now, "not ready in time", 9, 2),
        [Replica("digits-2-bbbbb", 2, "starting", "loading model", "127.0.0.1:4003", "103", 1) with { Notes = ["memory limit: no cgroup is writable"] }]);

    private static ReplicaStatus Replica(string id, int revision, string phase, string? reason, string address, string handle, int age) =>
        new(id, revision, phase, reason, address, handle, Now.AddSeconds(-age), 0, null, null, 0, []);
}
