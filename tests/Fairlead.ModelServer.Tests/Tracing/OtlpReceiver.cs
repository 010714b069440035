using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Fairlead.ModelServer.Tests.Tracing;

/// <summary>A receiver of OTLP on real sockets, over HTTP or gRPC, that keeps what it is sent.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<(string Path, byte[] Body, Dictionary<string, string> Headers)> _seen = [];

    private OtlpReceiver(WebApplication application) => _application = application;

    public Uri Endpoint { get; private set; } = null!;

    /// <summary>Answers to the next requests, before they are taken: HTTP statuses.</summary>
    public ConcurrentQueue<int> Refusals { get; } = [];

    public IReadOnlyList<(string Path, byte[] Body, Dictionary<string, string> Headers)> Seen => [.. _seen];

    public IReadOnlyList<SeenSpan> Spans => [.. Seen.Where(s => s.Path.Contains("trace", StringComparison.Ordinal)).SelectMany(s => SeenSpan.Read(s.Body))];

    /// <summary>Of the last export.</summary>
    public IReadOnlyList<SeenMetric> Metrics => Seen.LastOrDefault(s => s.Path.Contains("metrics", StringComparison.Ordinal)) is { Body: { } body } ? SeenMetric.Read(body) : [];

    public static async Task<OtlpReceiver> StartAsync(bool grpc = false, int port = 0, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, port, l =>
        {
            l.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1;
            if (certificate is not null) l.UseHttps(certificate);
        }));
        if (certificate is not null) builder.WebHost.UseKestrelHttpsConfiguration();
        var receiver = new OtlpReceiver(builder.Build());
        receiver._application.Run(context => receiver.AnswerAsync(context, grpc));
        await receiver._application.StartAsync();
        receiver.Endpoint = new Uri(receiver._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return receiver;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, bool grpc)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (Refusals.TryDequeue(out var refusal))
        {
            context.Response.StatusCode = refusal;
            return;
        }

        var bytes = body.ToArray();
        var packed = grpc ? bytes[0] == 1 : context.Request.Headers.ContentEncoding == "gzip";
        if (grpc) bytes = bytes[5..];
        _seen.Enqueue((context.Request.Path.Value!, packed ? Unpacked(bytes) : bytes, context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        if (!grpc) return;
        context.Response.ContentType = "application/grpc";
        context.Response.AppendTrailer("grpc-status", "0");
        await context.Response.Body.WriteAsync(new byte[5], context.RequestAborted);
    }

    private static byte[] Unpacked(byte[] bytes)
    {
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        gzip.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}
