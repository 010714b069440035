using System.Net;
using System.Text;
using System.Text.Json;
using Fairlead.Core.Models;
using Fairlead.ModelServer.Hosting;
using Fairlead.ModelServer.Http;
using Fairlead.ModelServer.Logging;
using Fairlead.ModelServer.Protocol;
using Fairlead.ModelServer.Settings;
using Microsoft.Extensions.Logging;

namespace Fairlead.ModelServer.Tests.Hosting;

/// <summary>The real server on real sockets, with ports of its own, and a client for it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ModelServerHost _host;
    private readonly ILoggerFactory _logs;
    private readonly LogSink _sink = new();

    private TestServer(ServerOptions options)
    {
        Rest = new RestWire(options);
        _logs = JsonLogProvider.Factory(_sink, LogLevel.Debug, TimeProvider.System);
        _host = new ModelServerHost(options, _logs, TimeProvider.System);
        Client = new HttpClient { Timeout = Patience };
    }

    public HttpClient Client { get; }

    public IPEndPoint Http => _host.Http;

    public IPEndPoint Grpc => _host.Grpc;

    public ModelServerHost Host => _host;

    /// <summary>REST's wire, for calling the endpoint without a socket.</summary>
    public IInferWire Rest { get; }

    public int Waiting => _host.Runs.Waiting;

    public string Log => _sink.Text;

    /// <summary>Starts on the folder and waits until the model is ready or refused.</summary>
    public static async Task<TestServer> StartAsync(string folder, Func<ServerOptions, ServerOptions>? configure = null)
    {
        var options = new ServerOptions { ModelFolder = folder, Http = new IPEndPoint(IPAddress.Loopback, 0), Grpc = new IPEndPoint(IPAddress.Loopback, 0), Metrics = new IPEndPoint(IPAddress.Loopback, 0), Drain = TimeSpan.FromSeconds(5) };
        var server = new TestServer(configure?.Invoke(options) ?? options);
        (await server._host.StartAsync(CancellationToken.None)).IsOk.ShouldBeTrue();
        server.Client.BaseAddress = new Uri($"http://{server._host.Http}");
        await server.UntilAsync(() => server.Log.Contains("\"event\":2210", StringComparison.Ordinal) || server.Log.Contains("\"event\":2211", StringComparison.Ordinal), "the model is loaded");
        return server;
    }

    public Task DrainAsync() => _host.DrainAsync();

    public Task<HttpResponseMessage> InferAsync(string json, string model = "m") => Client.PostAsync($"/v2/models/{model}/infer", new StringContent(json, Encoding.UTF8, "application/json"));

    /// <summary>The answer's outputs by name; fails unless it is 200.</summary>
    public async Task<Dictionary<string, JsonElement>> OutputsAsync(string json, string model = "m")
    {
        using var response = await InferAsync(json, model);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonElement.Parse(text).GetProperty("outputs").EnumerateArray().ToDictionary(o => o.GetProperty("name").GetString()!);
    }

    public async Task<(HttpStatusCode Status, string Error)> RefusedAsync(string json, string model = "m")
    {
        using var response = await InferAsync(json, model);
        return (response.StatusCode, await ErrorOf(response));
    }

    public static async Task<string> ErrorOf(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return JsonElement.Parse(text).TryGetProperty("error", out var error) ? error.GetString()! : text;
    }

    public Task<string> MetricsAsync() => Client.GetStringAsync(new Uri($"http://{_host.Metrics}/metrics"));

    public async Task UntilAsync(Func<bool> condition, string what)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!condition())
        {
            deadline.IsCancellationRequested.ShouldBeFalse($"It took too long until {what}. The log: {Log}");
            await Task.Yield();
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.DisposeAsync();
        _logs.Dispose();
    }

    private sealed class LogSink : MemoryStream
    {
        private readonly Lock _gate = new();

        public string Text
        {
            get
            {
                lock (_gate) return Encoding.UTF8.GetString(GetBuffer().AsSpan(0, (int)Length));
            }
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            lock (_gate) base.Write(buffer);
        }
    }
}
