using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairlead.Testing.Registries;

/// <summary>
/// A registry in memory that does what the distribution specification says and docker-registry 2.8 does not: it keeps what
/// arrived of a piece that was cut, refuses a piece out of its place with 416, and lists referrers.
/// </summary>
public sealed class SpecRegistry : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentDictionary<string, byte[]> _blobs = new();
    private readonly ConcurrentDictionary<string, (byte[] Bytes, string Type)> _manifests = new();
    private readonly ConcurrentDictionary<string, Upload> _uploads = new();

    private SpecRegistry(WebApplication application) => _application = application;

    /// <summary><c>host:port</c>.</summary>
    public string Address { get; private set; } = "";

    public static async Task<SpecRegistry> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => (kestrel.Limits.MaxRequestBodySize, kestrel.Limits.MinRequestBodyDataRate) = (null, null));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var registry = new SpecRegistry(application);
        application.Run(registry.AnswerAsync);
        await application.StartAsync(CancellationToken.None);
        registry.Address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Authority;
        return registry;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var (path, method) = (context.Request.Path.Value!, context.Request.Method);
        var key = path[(path.LastIndexOf('/') + 1)..];
        return (path, method) switch
        {
            _ when path.EndsWith("/blobs/uploads/", StringComparison.Ordinal) => BeginAsync(context),
            _ when path.Contains("/blobs/uploads/", StringComparison.Ordinal) => UploadAsync(context, _uploads[key], path),
            _ when path.Contains("/blobs/", StringComparison.Ordinal) => SendAsync(context, _blobs.GetValueOrDefault(key), "application/octet-stream"),
            _ when path.Contains("/referrers/", StringComparison.Ordinal) => SendAsync(context, Referrers(key), "application/vnd.oci.image.index.v1+json"),
            (_, "PUT") => PutManifestAsync(context, key),
            _ => SendAsync(context, _manifests.TryGetValue(key, out var manifest) ? manifest.Bytes : null, manifest.Type),
        };
    }

    private Task BeginAsync(HttpContext context)
    {
        var id = Guid.NewGuid().ToString();
        _uploads[id] = new Upload();
        context.Response.StatusCode = 202;
        context.Response.Headers.Location = context.Request.Path + id;
        return Task.CompletedTask;
    }

    private async Task UploadAsync(HttpContext context, Upload upload, string path)
    {
        // What has arrived of a piece that was cut is kept before anybody is told how much there is.
        await upload.Turn.WaitAsync(CancellationToken.None);
        try
        {
            await UploadInTurnAsync(context, upload.Bytes, path);
        }
        finally
        {
            upload.Turn.Release();
        }
    }

    private async Task UploadInTurnAsync(HttpContext context, MemoryStream bytes, string path)
    {
        var start = context.Request.Headers["Content-Range"].ToString().Split('-')[0];
        if (context.Request.Method == "PATCH" && start != $"{bytes.Length}")
        {
            context.Response.StatusCode = 416;
            return;
        }

        var buffer = new byte[1 << 14];
        for (int read; context.Request.Method != "GET" && (read = await context.Request.Body.ReadAsync(buffer, CancellationToken.None)) > 0;) bytes.Write(buffer, 0, read);
        context.Response.Headers.Location = path;
        context.Response.Headers["Range"] = $"0-{Math.Max(bytes.Length - 1, 0)}";
        context.Response.StatusCode = context.Request.Method switch { "GET" => 204, "PATCH" => 202, _ => Close(bytes.ToArray(), context.Request.Query["digest"].ToString()) };
    }

    private int Close(byte[] bytes, string digest)
    {
        if (DigestOf(bytes) != digest) return 400;
        _blobs[digest] = bytes;
        return 201;
    }

    private async Task PutManifestAsync(HttpContext context, string key)
    {
        var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        var manifest = (bytes.ToArray(), context.Request.ContentType!);
        _manifests[key] = _manifests[DigestOf(manifest.Item1)] = manifest;
        if (JsonNode.Parse(manifest.Item1)!["subject"]?["digest"] is { } subject) context.Response.Headers["OCI-Subject"] = subject.ToString();
        context.Response.StatusCode = 201;
    }

    private byte[] Referrers(string subject)
    {
        var found = _manifests.Where(m => m.Key.StartsWith("sha256:", StringComparison.Ordinal) && JsonNode.Parse(m.Value.Bytes)!["subject"]?["digest"]?.ToString() == subject)
            .Select(m => (JsonNode)new JsonObject { ["mediaType"] = m.Value.Type, ["digest"] = m.Key, ["size"] = m.Value.Bytes.Length });
        return System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray([.. found]) }.ToJsonString());
    }

    private static async Task SendAsync(HttpContext context, byte[]? bytes, string? type)
    {
        context.Response.StatusCode = bytes is null ? 404 : 200;
        if (bytes is null) return;
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        context.Response.Headers["Docker-Content-Digest"] = DigestOf(bytes);
        if (context.Request.Method != "HEAD") await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static string DigestOf(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    /// <summary>One at a time is answered about it.</summary>
    private sealed record Upload
    {
        public MemoryStream Bytes { get; } = new();

        public SemaphoreSlim Turn { get; } = new(1, 1);
    }
}
