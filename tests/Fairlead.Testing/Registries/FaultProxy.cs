using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairlead.Testing.Registries;

/// <param name="Status">0 when the client got no answer.</param>
/// <param name="BodyBytes">Of the request.</param>
/// <param name="Range">The part of the answer that was asked for; empty for all.</param>
/// <param name="HeaderBytes">Of the request, its first line included.</param>
public sealed record ProxiedRequest(string Method, string Path, int Status, long BodyBytes, string Range, long HeaderBytes)
{
    public bool Is(string method, string part) => Method == method && Path.Contains(part, StringComparison.Ordinal);
}

/// <summary>Stands between a client and a real registry and does harm to chosen requests; hands all else on as it is.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private static readonly string[] OwnHeaders = ["Transfer-Encoding", "Connection", "Expect", "Host", "Content-Length"];
    private readonly WebApplication _application;
    private readonly HttpClient _registry;
    private readonly List<(Func<string, string, bool> Chosen, Fault Fault)> _faults = [];
    private readonly List<ProxiedRequest> _seen = [];

    private FaultProxy(WebApplication application, string registry)
    {
        _application = application;
        _registry = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = new Uri($"http://{registry}"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary><c>host:port</c>.</summary>
    public string Address { get; private set; } = "";

    public IReadOnlyList<ProxiedRequest> Seen
    {
        get
        {
            lock (_seen) return [.. _seen];
        }
    }

    /// <summary>Faults that have not happened yet.</summary>
    public int Pending
    {
        get
        {
            lock (_faults) return _faults.Count;
        }
    }

    public static async Task<FaultProxy> StartAsync(string registry)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => (kestrel.Limits.MaxRequestBodySize, kestrel.Limits.MinRequestBodyDataRate) = (null, null));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var proxy = new FaultProxy(application, registry);
        application.Run(proxy.HandOnAsync);
        await application.StartAsync(CancellationToken.None);
        proxy.Address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Authority;
        return proxy;
    }

    /// <summary>Does this to the next request with this method and this in its path; faults for the same requests are used up in their order.</summary>
    public FaultProxy On(string method, string part, params Fault[] faults)
    {
        lock (_faults) _faults.AddRange(faults.Select(f => ((Func<string, string, bool>)((m, p) => m == method && p.Contains(part, StringComparison.Ordinal)), f)));
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _registry.Dispose();
    }

    private async Task HandOnAsync(HttpContext context)
    {
        var (method, path) = (context.Request.Method, context.Request.GetEncodedPathAndQuery());
        var body = new CountedBody(context.Request.Body);
        var status = 0;
        try
        {
            switch (Take(method, path))
            {
                case Fault.Status own:
                    status = context.Response.StatusCode = own.Code;
                    if (own.Header is not null) context.Response.Headers[own.Header] = own.Value;
                    break;
                case Fault.Late late:
                    await Task.Delay(late.By, TimeProvider.System, context.RequestAborted);
                    status = await HandOnAsync(context, body, path, long.MaxValue, tamper: false);
                    break;
                case Fault.CutRequest cut:
                    body.Limit = cut.After;
                    status = await HandOnAsync(context, body, path, long.MaxValue, tamper: false);
                    break;
                case Fault.CutAnswer cut:
                    await HandOnAsync(context, body, path, cut.After, tamper: false);
                    context.Abort();
                    break;
                default:
                    status = await HandOnAsync(context, body, path, long.MaxValue, tamper: false);
                    break;
                case Fault.Tamper:
                    status = await HandOnAsync(context, body, path, long.MaxValue, tamper: true);
                    break;
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            context.Abort();
        }
        finally
        {
            lock (_seen) _seen.Add(new ProxiedRequest(method, path, status, body.Count, context.Request.Headers.Range.ToString(), HeaderBytes(context.Request, path)));
        }
    }

    // "NAME: VALUE" and a line end for each; the first line has the method, the path and "HTTP/1.1".
    private static long HeaderBytes(HttpRequest request, string path) =>
        request.Method.Length + path.Length + 12 + request.Headers.Sum(h => h.Key.Length + h.Value.ToString().Length + 4) + 2;

    private Fault? Take(string method, string path)
    {
        lock (_faults)
        {
            var at = _faults.FindIndex(f => f.Chosen(method, path));
            if (at < 0) return null;
            var fault = _faults[at].Fault;
            _faults.RemoveAt(at);
            return fault;
        }
    }

    private async Task<int> HandOnAsync(HttpContext context, CountedBody body, string path, long answerLimit, bool tamper)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), path);
        // The registry makes its links from this name, so that they lead back here.
        request.Headers.Host = context.Request.Host.Value;
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true) request.Content = new StreamContent(body) { Headers = { ContentLength = context.Request.ContentLength } };
        foreach (var (name, values) in context.Request.Headers.Where(h => !OwnHeaders.Contains(h.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, [.. values])) request.Content?.Headers.TryAddWithoutValidation(name, [.. values]);
        }

        using var answer = await _registry.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        if (answerLimit == 0) return 0;
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(h => h.Key is not "Transfer-Encoding" and not "Connection")) context.Response.Headers[name] = values.ToArray();
        if (context.Request.Method != "HEAD") await CopyAsync(await answer.Content.ReadAsStreamAsync(context.RequestAborted), context, answerLimit, tamper);
        return context.Response.StatusCode;
    }

    private static async Task CopyAsync(Stream from, HttpContext context, long limit, bool tamper)
    {
        var buffer = new byte[1 << 14];
        for (var left = limit; left > 0;)
        {
            var read = await from.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), context.RequestAborted);
            if (read == 0) return;
            if (tamper) (buffer[read / 2], tamper) = ((byte)~buffer[read / 2], false);
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            left -= read;
        }

        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
