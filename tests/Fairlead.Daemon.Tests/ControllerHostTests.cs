using System.Net.Http.Headers;
using Fairlead.Api.Wire;
using Fairlead.Core.Homes;
using Fairlead.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fairlead.Daemon.Tests;

public sealed class ControllerHostTests : IDisposable
{
    // Listens on nothing, but is found and ended like a gateway.
    private const string GatewayScript = """
        #!/bin/sh
        trap 'exit 0' TERM
        start=$(cut -d' ' -f22 /proc/$$/stat)
        echo "{\"pid\":$$,\"start_time\":$start,\"address\":\"127.0.0.1:1\"}" > "$FAIRLEAD_HOME/run/gateway.json.new"
        mv "$FAIRLEAD_HOME/run/gateway.json.new" "$FAIRLEAD_HOME/run/gateway.json"
        while true; do sleep 0.05; done
        """;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly FairleadHome _home = new(Directory.CreateTempSubdirectory("fairlead-host").FullName);

    public void Dispose() => Directory.Delete(_home.Root, recursive: true);

    [Fact]
    public async Task SecondControllerOnTheHome_IsRefusedAtOnceAndNamesTheFirst()
    {
        await using var first = (await StartAsync()).Value;
        var problem = (await StartAsync()).Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe("FL5201");
        problem.Message.ShouldContain($"{Environment.ProcessId}");
        File.Exists(_home.TokenFile).ShouldBeTrue();
    }

    [Fact]
    public async Task TwoHomes_DoNotMeet()
    {
        await using var first = (await StartAsync()).Value;
        var other = new FairleadHome(Path.Combine(_home.Root, "other"));
        await using var second = (await ControllerHost.StartAsync(Options() with { Home = other }, NullLoggerFactory.Instance, default)).Value;
        second.Api.ShouldNotBe(first.Api);
    }

    [Fact]
    public async Task PortTaken_IsAProblemWithTheVariableToSetAndLeavesNothing()
    {
        await using var first = (await StartAsync()).Value;
        var other = new FairleadHome(Path.Combine(_home.Root, "other"));
        var problem = (await ControllerHost.StartAsync(Options() with { Home = other, Api = first.Api }, NullLoggerFactory.Instance, default)).Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe("FL5205");
        problem.Hint.ShouldContain("FAIRLEAD_API=127.0.0.1:");
        Directory.GetFiles(other.Run).ShouldBeEmpty();
    }

    [Fact]
    public async Task CorruptState_IsRefusedAndKept()
    {
        await File.WriteAllTextAsync(_home.StateFile, "this is no database, whatever its name says");
        (await StartAsync()).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL5001");
        (await File.ReadAllTextAsync(_home.StateFile)).ShouldStartWith("this is no database");
        File.Exists(_home.ControllerLock).ShouldBeFalse();
    }

    [Fact]
    public async Task TokenAndRecord_AreForTheOwnerAloneAndGoWithTheController()
    {
        var host = (await StartAsync()).Value;
        File.GetUnixFileMode(_home.TokenFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(_home.Run).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        (await File.ReadAllTextAsync(_home.ControllerFile)).ShouldContain($"\"api\":\"{host.Api}\"");
        await host.DisposeAsync();
        Directory.GetFiles(_home.Run).ShouldBeEmpty();
    }

    [Fact]
    public async Task KilledGateway_IsBackWithinASecondAndShutdownEndsIt()
    {
        await using var host = (await StartAsync()).Value;
        using var client = Client(host);
        var running = host.RunAsync(CancellationToken.None);
        var first = await GatewayPidAsync(client, not: null);
        System.Diagnostics.Process.GetProcessById(first).Kill();
        var began = TimeProvider.System.GetTimestamp();
        var second = await GatewayPidAsync(client, not: first);
        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(1));

        (await client.PostAsync(ApiRoutes.Shutdown, null)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Accepted);
        (await running.WaitAsync(Deadline)).ShouldBeTrue();
        Directory.Exists($"/proc/{second}").ShouldBeFalse();
        File.Exists(_home.GatewayFile).ShouldBeFalse();
    }

    [Fact]
    public async Task NextController_AdoptsTheGateway()
    {
        int gateway;
        using (var end = new CancellationTokenSource())
        await using (var host = (await StartAsync()).Value)
        {
            using var client = Client(host);
            var running = host.RunAsync(end.Token);
            gateway = await GatewayPidAsync(client, not: null, end.Token);
            await end.CancelAsync();
            (await running.WaitAsync(Deadline, CancellationToken.None)).ShouldBeFalse();
        }

        await using var next = (await StartAsync()).Value;
        using var again = Client(next);
        var rest = next.RunAsync(CancellationToken.None);
        (await GatewayPidAsync(again, not: null)).ShouldBe(gateway);
        await again.PostAsync(ApiRoutes.Shutdown, null);
        await rest.WaitAsync(Deadline);
    }

    [Fact]
    public async Task GatewayThatCannotStart_IsToldWithItsReasonAndDoesNotSpin()
    {
        await using var host = (await ControllerHost.StartAsync(Options("#!/bin/sh\necho 'FL4002: the port is taken.'\nexit 1\n"), NullLoggerFactory.Instance, default)).Value;
        using var client = Client(host);
        using var stop = new CancellationTokenSource();
        var running = host.RunAsync(stop.Token);
        List<EventRecord> exits = [];
        (await Eventually.BecomesAsync(async () =>
        {
            exits = [.. (await client.GetFromJsonAsync(ApiRoutes.Events, ApiJson.Default.IReadOnlyListEventRecord, stop.Token))!.Where(e => e.Kind == "gateway_exited")];
            return exits.Count >= 2;
        }, Deadline)).ShouldBeTrue();
        exits[0].Message.ShouldContain("the port is taken");
        exits.Count.ShouldBeLessThan(4);
        await stop.CancelAsync();
        await running;
    }

    private static HttpClient Client(ControllerHost host)
    {
        var home = host.Home;
        var client = new HttpClient { BaseAddress = new Uri($"http://{host.Api}") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(home.TokenFile));
        return client;
    }

    private static async Task<int> GatewayPidAsync(HttpClient client, int? not, CancellationToken cancellationToken = default)
    {
        int? pid = null;
        (await Eventually.BecomesAsync(async () =>
        {
            pid = (await client.GetFromJsonAsync(ApiRoutes.Info, ApiJson.Default.ControllerInfo, cancellationToken))!.GatewayPid;
            return pid is not null && pid != not;
        }, Deadline)).ShouldBeTrue();
        return pid!.Value;
    }

    private Task<Core.Results.Result<ControllerHost>> StartAsync() => ControllerHost.StartAsync(Options(), NullLoggerFactory.Instance, default);

    private ControllerOptions Options(string script = GatewayScript)
    {
        var path = Path.Combine(_home.Root, "gateway.sh");
        File.WriteAllText(path, script);
        return new ControllerOptions { Home = _home, Api = "127.0.0.1:0", Gateway = "127.0.0.1:0", Program = ["/bin/sh", path], ModelServer = "/nowhere/fairlead-server" };
    }
}
