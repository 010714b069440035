using System.Net;
using Fairlead.Core.Homes;
using Fairlead.Core.Routing;
using Fairlead.Gateway.Tests.Hosting;
using Fairlead.Testing;

namespace Fairlead.Gateway.Tests.Administration;

public class LifecycleTests
{
    [Fact]
    public async Task Stop_RequestsInFlightEnd_NoNewConnections_AndNothingIsLeftInTheRunFolder()
    {
        var answer = new TaskCompletionSource();
        await using var backend = Backend.Start("m-1-aaaaa", async r =>
        {
            await answer.Task;
            await r.AnswerAsync(200, "late");
        });
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, backend));
        var waiting = gateway.InferAsync();
        (await Eventually.BecomesAsync(() => backend.InFlight == 1, TimeSpan.FromSeconds(5))).ShouldBeTrue();

        gateway.OrderStop();
        (await Eventually.BecomesAsync(async () => await RefusesAsync(gateway.EndPoint), TimeSpan.FromSeconds(5))).ShouldBeTrue();
        (await gateway.ReplicaAsync(backend.Id)).InFlight.ShouldBe(1);
        answer.SetResult();

        (await (await waiting).Content.ReadAsStringAsync()).ShouldBe("late");
        (await gateway.StopAsync()).ShouldBe(0);
        Directory.GetFileSystemEntries(gateway.Home.Run).Select(Path.GetFileName).ShouldBe(["gateway-routes.json"]);
    }

    [Fact]
    public async Task Stop_RequestOutlastsTheDrain_ItIsCut()
    {
        await using var backend = Backend.Start("m-1-aaaaa", r => Task.Delay(Timeout.Infinite, r.Stopped));
        await using var gateway = await GatewayUnderTest.StartAsync(o => o with { DrainTimeout = TimeSpan.FromMilliseconds(300) });
        await gateway.RouteAsync(Routes.OneModel(1, backend));
        var waiting = gateway.InferAsync();
        (await Eventually.BecomesAsync(() => backend.InFlight == 1, TimeSpan.FromSeconds(5))).ShouldBeTrue();

        (await gateway.StopAsync()).ShouldBe(0);

        await Should.ThrowAsync<HttpRequestException>(waiting);
    }

    [Fact]
    public async Task StartedAgain_ServesTheStoredRoutesWithoutAController()
    {
        await using var backend = Backend.Start("m-1-aaaaa");
        var home = GatewayUnderTest.NewHome();
        var first = await GatewayUnderTest.StartAsync(home: home);
        await first.RouteAsync(Routes.OneModel(7, backend));
        (await first.StopAsync()).ShouldBe(0);

        await using var second = await GatewayUnderTest.StartAsync(home: home);

        (await second.StateAsync()).RouteVersion.ShouldBe(7);
        (await second.InferAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        second.Record.Pid.ShouldBe(Environment.ProcessId);
        second.Record.StartTime.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task StoredRoutesCorrupt_StartsWithoutRoutes()
    {
        var home = GatewayUnderTest.NewHome();
        Directory.CreateDirectory(home.Run);
        await File.WriteAllTextAsync(home.GatewayRoutes, "{\"version\": 3, \"depl");

        await using var gateway = await GatewayUnderTest.StartAsync(home: home);

        (await gateway.StateAsync()).RouteVersion.ShouldBe(0);
        await gateway.RouteAsync(Routes.To(1));
    }

    [Fact]
    public async Task RoutesCannotBeStored_507_AndTheRoutesStay()
    {
        await using var backend = Backend.Start("m-1-aaaaa");
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, backend));
        Directory.CreateDirectory($"{gateway.Home.GatewayRoutes}.{Environment.ProcessId}.new");

        using var answer = await gateway.PutAsync(Routes.To(2));

        ((int)answer.StatusCode).ShouldBe(507);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("FL4010");
        (await gateway.StateAsync()).RouteVersion.ShouldBe(1);
        (await gateway.InferAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task SocketOfAKilledGateway_IsTakenOver()
    {
        var home = GatewayUnderTest.NewHome();
        Directory.CreateDirectory(home.Run);
        using (var dead = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0))
            dead.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(home.GatewaySocket));
        if (!File.Exists(home.GatewaySocket)) await File.WriteAllTextAsync(home.GatewaySocket, "");

        await using var gateway = await GatewayUnderTest.StartAsync(home: home);

        (await gateway.StateAsync()).RouteVersion.ShouldBe(0);
    }

    [Fact]
    public async Task PortInUse_AProblemAndExitCode1()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();

        var (code, error) = await FailingAsync(new GatewayOptions { Home = GatewayUnderTest.NewHome(), Address = gateway.Record.Address });

        code.ShouldBe(1);
        error.ShouldStartWith("FL4002");
    }

    [Fact]
    public async Task SecondGatewayOnAHome_AProblem_AndTheFirstIsNotTouched()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();

        var (code, error) = await FailingAsync(new GatewayOptions { Home = gateway.Home, Address = "127.0.0.1:0" });

        code.ShouldBe(1);
        error.ShouldStartWith("FL4006");
        (await gateway.StateAsync()).Pid.ShouldBe(Environment.ProcessId);
        File.Exists(gateway.Home.GatewayFile).ShouldBeTrue();
    }

    [Theory]
    [InlineData("nonsense", "FL4001")]
    [InlineData("example.com:80", "FL4001")]
    [InlineData("127.0.0.1:99999", "FL4001")]
    [InlineData("192.0.2.1:8080", "FL4003")]
    public async Task AddressThatCannotBe_AProblem(string address, string code) =>
        (await FailingAsync(new GatewayOptions { Home = GatewayUnderTest.NewHome(), Address = address })).Error.ShouldStartWith(code);

    [Fact]
    public async Task HomePathTooLong_AProblem() =>
        (await FailingAsync(new GatewayOptions { Home = new FairleadHome("/tmp/" + new string('x', 100)), Address = "127.0.0.1:0" })).Error.ShouldStartWith("FL4004");

    [Fact]
    public async Task RunFolderCannotBeMade_AProblem()
    {
        var home = GatewayUnderTest.NewHome();
        await File.WriteAllTextAsync(home.Run, "a file where the folder should be");

        (await FailingAsync(new GatewayOptions { Home = home, Address = "127.0.0.1:0" })).Error.ShouldStartWith("FL4005");
    }

    [Fact]
    public void Check_TellsEveryOptionThatIsOutOfRange()
    {
        var options = new GatewayOptions { Home = new FairleadHome("/tmp"), DrainTimeout = TimeSpan.FromHours(1) };
        options.Check().Select(p => p.Code).ShouldBe(["FL4007"]);
        options = options with { Retries = options.Retries with { BudgetRatio = 0.5 }, Limits = options.Limits with { MaxConnections = 0 }, Address = "x" };
        options.Check().Count.ShouldBe(4);
        new GatewayOptions { Home = new FairleadHome("/tmp") }.Check().ShouldBeEmpty();
    }

    private static async Task<(int Code, string Error)> FailingAsync(GatewayOptions options)
    {
        using var capture = new ErrorCapture();
        var code = await GatewayProgram.RunAsync(options, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));
        return (code, capture.Text);
    }

    private static async Task<bool> RefusesAsync(IPEndPoint endPoint)
    {
        try
        {
            using var client = await RawClient.ConnectAsync(endPoint);
            return false;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return true;
        }
    }
}
