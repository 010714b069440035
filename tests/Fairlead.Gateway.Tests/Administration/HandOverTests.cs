using System.Net;
using System.Net.Sockets;
using Fairlead.Core.Homes;
using Fairlead.Core.Routing;
using Fairlead.Gateway.HandOver;
using Fairlead.Gateway.Tests.Hosting;
using Fairlead.Testing;

namespace Fairlead.Gateway.Tests.Administration;

public class HandOverTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Retired_AnswersTheConnectionsItHasWithCloseAndAcceptsNoMore()
    {
        await using var backend = Backend.Start("m-1-aaaaa");
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, backend));
        using var kept = await RawClient.ConnectAsync(gateway.EndPoint);
        await kept.SendAsync("GET /livez HTTP/1.1\r\nHost: g\r\n\r\n");
        (await kept.ReadAnswerAsync()).ShouldNotContain("Connection: close");

        (await gateway.Admin.PostAsync(HandOverContract.Retire, null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Eventually.BecomesAsync(async () => !await AnswersOnANewConnectionAsync(gateway.EndPoint), Soon)).ShouldBeTrue();

        await kept.SendAsync("GET /readyz HTTP/1.1\r\nHost: g\r\n\r\n");
        var last = await kept.ReadAnswerAsync();
        last.ShouldStartWith("HTTP/1.1 200");
        last.ShouldContain("Connection: close");
        (await gateway.EndedAsync(Soon)).ShouldBe(0);
    }

    [Fact]
    public async Task RetiredAndIdle_EndsAfterItsLinger()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(o => o with { Linger = TimeSpan.FromMilliseconds(50) });
        using var idle = await RawClient.ConnectAsync(gateway.EndPoint);
        await idle.SendAsync("GET /livez HTTP/1.1\r\nHost: g\r\n\r\n");
        await idle.ReadAnswerAsync();
        await gateway.Admin.PostAsync(HandOverContract.Retire, null);
        (await gateway.EndedAsync(Soon)).ShouldBe(0);
        File.Exists(gateway.Home.GatewayFile).ShouldBeFalse();
    }

    [Fact]
    public async Task InStandby_TakesRoutesAndNoConnections_UntilItIsToldTo()
    {
        await using var backend = Backend.Start("m-1-aaaaa");
        using var listening = ListeningSocket.Open("127.0.0.1:0").Value;
        await using var gateway = await GatewayUnderTest.StartInStandbyAsync(await InheritAsync(listening));
        (await gateway.StateAsync()).Phase.ShouldBe(GatewayPhase.Standby);
        await gateway.RouteAsync(Routes.OneModel(1, backend));
        File.Exists(gateway.Home.GatewayRoutes).ShouldBeFalse("the gateway that serves stores them");

        using var waiting = await RawClient.ConnectAsync(listening.Address);
        await waiting.SendAsync("GET /readyz HTTP/1.1\r\nHost: g\r\n\r\n");
        (await gateway.Admin.PostAsync(HandOverContract.Accept, null)).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await waiting.ReadAnswerAsync()).ShouldStartWith("HTTP/1.1 200");
        (await gateway.StateAsync()).Phase.ShouldBe(GatewayPhase.Serving);
    }

    [Fact]
    public async Task TheListeningSocket_IsGivenToWhoAsksAndOutlivesTheGateway()
    {
        FairleadHome home;
        IPEndPoint address;
        ListeningSocket held;
        await using (var gateway = await GatewayUnderTest.StartAsync())
        {
            (home, address) = (gateway.Home, gateway.EndPoint);
            held = ListenerClient.Ask(home.GatewayListenerOf(Environment.ProcessId)).ShouldNotBeNull();
            held.Address.ShouldBe(address);
            await gateway.StopAsync();
        }

        // Nobody accepts, and still nobody is refused.
        using var client = await RawClient.ConnectAsync(address);
        held.Dispose();
        await Should.ThrowAsync<SocketException>(async () => await RawClient.ConnectAsync(address));
    }

    [Fact]
    public void NoListeningSocket_IsNotTaken()
    {
        using var file = File.OpenHandle("/dev/null");
        ListeningSocket.Adopt((int)file.DangerousGetHandle()).ShouldBeNull();
        // It was closed by the one that it was given to.
        file.SetHandleAsInvalid();
    }

    // As a process gets it: a descriptor of its own for the same socket.
    private static async Task<int> InheritAsync(ListeningSocket listening)
    {
        var folder = Directory.CreateTempSubdirectory("flfd");
        var path = Path.Combine(folder.FullName, "fd");
        await using var server = new ListenerServer(listening);
        server.Start(path);
        using var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        // .NET makes a socket that was connected asynchronously non-blocking.
        await Task.Run(() => connection.Connect(new UnixDomainSocketEndPoint(path)));
        connection.Poll(Soon, SelectMode.SelectRead).ShouldBeTrue();
        var descriptor = DescriptorMessage.Receive(connection).ShouldNotBeNull();
        folder.Delete(recursive: true);
        return descriptor;
    }

    private static async Task<bool> AnswersOnANewConnectionAsync(IPEndPoint address)
    {
        using var client = await RawClient.ConnectAsync(address);
        await client.SendAsync("GET /livez HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n");
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        try
        {
            return (await client.ReadAnswerAsync(cancellationToken: patience.Token)).Length > 0;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
