using System.Reflection;
using System.Text;
using System.Text.Json;
using Fairlead.ModelServer.Hosting;
using Fairlead.ModelServer.Tests.Grpc;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Testing.Models;
using Microsoft.Extensions.Logging;

namespace Fairlead.ModelServer.Tests.Logging;

public sealed class RequestLogTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Caller = "b7ad6b7169203331";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LineOfARequest_HasItsIdAndItsPlaceInTheTrace(bool grpc)
    {
        // Refused requests are logged, and a model that is none refuses all.
        using var folder = PackedFolder.Of([1, 2, 3]);
        await using var server = await TestServer.StartAsync(folder.Path);
        await SendAsync(server, grpc, ("X-Request-Id", "r-1"), ("traceparent", $"00-{Trace}-{Caller}-01"));
        await SendAsync(server, grpc);

        var lines = server.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonElement.Parse(l)).Where(l => l.GetProperty("event").GetInt32() == 2231).ToList();
        lines.Count.ShouldBe(2);
        lines[0].GetProperty("request_id").GetString().ShouldBe("r-1");
        lines[0].GetProperty("trace_id").GetString().ShouldBe(Trace);
        lines[0].GetProperty("span_id").GetString().ShouldBe(Caller);
        lines[1].GetProperty("request_id").GetString().ShouldNotBeNullOrEmpty();
        lines[1].TryGetProperty("trace_id", out _).ShouldBeFalse();
    }

    [Fact]
    public void EveryEventOfARequest_TakesThem()
    {
        var events = from type in typeof(ModelServerHost).Assembly.GetTypes()
                     from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
                     let message = method.GetCustomAttribute<LoggerMessageAttribute>()
                     where message is { EventId: >= 2230 and < 2240 }
                     select (message.EventId, Names: method.GetParameters().Select(p => p.Name).ToList());
        var all = events.ToList();
        all.Count.ShouldBe(4);
        all.ShouldAllBe(e => e.Names.Contains("requestId") && e.Names.Contains("traceId") && e.Names.Contains("spanId"));
    }

    [Fact]
    public void EveryEventHasANumberOfItsOwn() =>
        (from type in typeof(ModelServerHost).Assembly.GetTypes()
         from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
         let message = method.GetCustomAttribute<LoggerMessageAttribute>()
         where message is not null
         select message.EventId).ShouldBeUnique();

    private static async Task SendAsync(TestServer server, bool grpc, params (string Name, string Value)[] headers)
    {
        if (grpc)
        {
            using var client = GrpcClient.Of(server);
            (await client.CallAsync(GrpcClient.Infer, new ProtoBytes().Text(1, "m"), headers)).Status.ShouldBe(14);
            return;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/m/infer") { Content = new StringContent("{}", Encoding.UTF8) };
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        ((int)(await server.Client.SendAsync(request)).StatusCode).ShouldBe(503);
    }
}
