using System.Net;
using System.Net.Sockets;
using System.Text;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Hosting;

public sealed class ConnectionLimitTests
{
    [Fact]
    public async Task ConnectionAboveTheLimit_IsClosedAndTheOthersAreServed()
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        await using var server = await TestServer.StartAsync(folder.Path, o => o with { MaxConnections = 1 });
        (await server.Client.GetAsync("/livez")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var second = new TcpClient();
        await second.ConnectAsync(server.Http);
        (await EndAsync(second, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")).ShouldBeEmpty();

        // Metrics have their own: they are wanted most when there are too many.
        (await server.MetricsAsync()).ShouldContain("fairlead_requests_in_flight");
        (await server.Client.GetAsync("/livez")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task BodySlowerThanTheLeastRate_Is408AndClosed()
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        await using var server = await TestServer.StartAsync(folder.Path);
        using var client = new TcpClient();
        await client.ConnectAsync(server.Http);
        (await EndAsync(client, "POST /v2/models/m/infer HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")).ShouldStartWith("HTTP/1.1 408");
        (await server.OutputsAsync("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}]}""")).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("header too slow", "GET /livez HTTP/1.1\r\nHos", 408)]
    [InlineData("too many headers", null, 431)]
    public async Task Headers_HaveLimits(string label, string? sent, int status)
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        await using var server = await TestServer.StartAsync(folder.Path);
        using var client = new TcpClient();
        await client.ConnectAsync(server.Http);
        sent ??= "GET /livez HTTP/1.1\r\nHost: x\r\n" + string.Concat(Enumerable.Range(0, 70).Select(i => $"X-{i}: 1\r\n")) + "\r\n";
        (await EndAsync(client, sent)).ShouldStartWith($"HTTP/1.1 {status}", Case.Sensitive, label);
    }

    /// <summary>What comes until the server closes.</summary>
    private static async Task<string> EndAsync(TcpClient client, string sent)
    {
        using var deadline = new CancellationTokenSource(TestServer.Patience);
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(sent), deadline.Token);
            using var reader = new StreamReader(stream);
            return await reader.ReadToEndAsync(deadline.Token);
        }
        catch (IOException)
        {
            // Reset: what was not read counts for nothing.
            return "";
        }
    }
}
