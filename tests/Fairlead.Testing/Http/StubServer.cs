using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Fairlead.Testing.Http;

/// <param name="Query">With the question mark; empty without one.</param>
public sealed record SeenRequest(string Method, string Path, string Query, string? Authorization, string Body);

/// <summary>A real HTTP server on a free loopback port that answers as a test says, and remembers what it was asked.</summary>
public sealed class StubServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly List<SeenRequest> _seen = [];

    private StubServer(WebApplication application) => _application = application;

    /// <summary><c>host:port</c>.</summary>
    public string Address { get; private set; } = "";

    public IReadOnlyList<SeenRequest> Seen
    {
        get
        {
            lock (_seen) return [.. _seen];
        }
    }

    /// <param name="answer">Status and body; the body goes out as it is.</param>
    public static Task<StubServer> StartAsync(Func<SeenRequest, (int Status, string Body)> answer) =>
        StartAsync(async (request, response, cancellationToken) =>
        {
            var (status, body) = answer(request);
            response.StatusCode = status;
            response.ContentType = "application/json";
            await response.WriteAsync(body, cancellationToken);
        });

    public static async Task<StubServer> StartAsync(Func<SeenRequest, HttpResponse, CancellationToken, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var server = new StubServer(application);
        application.Run(context => server.AnswerAsync(context, answer));
        await application.StartAsync(CancellationToken.None);
        server.Address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Authority;
        return server;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, Func<SeenRequest, HttpResponse, CancellationToken, Task> answer)
    {
        using var reader = new StreamReader(context.Request.Body);
        var request = new SeenRequest(
            context.Request.Method, context.Request.Path.Value ?? "", context.Request.QueryString.Value ?? "",
            context.Request.Headers.Authorization, await reader.ReadToEndAsync(context.RequestAborted));
        lock (_seen) _seen.Add(request);
        await answer(request, context.Response, context.RequestAborted);
    }
}
