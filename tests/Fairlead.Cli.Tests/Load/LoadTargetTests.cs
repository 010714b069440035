using System.Net;
using System.Net.Sockets;
using System.Text;
using Fairlead.Cli.Load;
using Fairlead.Testing.Http;

namespace Fairlead.Cli.Tests.Load;

public sealed class LoadTargetTests
{
    private static readonly byte[] Body = "{}"u8.ToArray();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(200, true)]
    [InlineData(503, false)]
    [InlineData(404, false)]
    public async Task Http_GivesTheStatus(int status, bool ok)
    {
        await using var server = await StubServer.StartAsync(_ => (status, "{}"));
        using var target = Target(server.Address, "/v2", Patience);

        var failure = await target.SendAsync(CancellationToken.None);

        (failure?.Name).ShouldBe(ok ? null : $"{status}");
    }

    [Fact]
    public async Task Http_NobodyListens_IsRefused()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = listener.LocalEndpoint.ToString()!;
        listener.Stop();
        using var target = Target(address, "/", Patience);

        (await target.SendAsync(CancellationToken.None)).ShouldNotBeNull().Name.ShouldBe("refused");
    }

    [Fact]
    public async Task Http_AnAnswerThatIsCutOff_IsBroken()
    {
        await using var server = await StubServer.StartAsync(async (_, response, cancellationToken) =>
        {
            response.ContentLength = 100;
            await response.Body.WriteAsync(Encoding.ASCII.GetBytes("half"), cancellationToken);
            response.HttpContext.Abort();
        });
        using var target = Target(server.Address, "/", Patience);

        (await target.SendAsync(CancellationToken.None)).ShouldNotBeNull().Name.ShouldBe("broken");
    }

    [Fact]
    public async Task Http_NoAnswerInTime_IsNoAnswer()
    {
        await using var server = await StubServer.StartAsync((_, _, cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken));
        using var target = Target(server.Address, "/", TimeSpan.FromMilliseconds(200));

        (await target.SendAsync(CancellationToken.None)).ShouldNotBeNull().Name.ShouldBe("no answer");
    }

    private static HttpTarget Target(string address, string path, TimeSpan timeout) =>
        new(LoadRequest.Post(IPEndPoint.Parse(address), path, Body, "application/json"), timeout, TimeProvider.System);
}
