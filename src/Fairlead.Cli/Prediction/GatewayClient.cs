using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Fairlead.Core.Results;

namespace Fairlead.Cli.Prediction;

/// <summary>Asks a deployment through the gateway, as any client would.</summary>
internal sealed class GatewayClient : IDisposable
{
    private const int Attempts = 5;
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private readonly HttpClient _http;
    private readonly string _model;
    private readonly TimeProvider _time;

    /// <param name="gateway"><c>host:port</c> as it listens; all addresses of a machine include its loopback.</param>
    public GatewayClient(string gateway, string deployment, TimeProvider time)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(5) };
        _http = new HttpClient(handler) { BaseAddress = new Uri($"http://{Reachable(gateway)}/"), Timeout = TimeSpan.FromMinutes(2) };
        _model = $"v2/models/{Uri.EscapeDataString(deployment)}";
        _time = time;
    }

    public async Task<Result<ModelMetadata>> GetMetadataAsync(CancellationToken cancellationToken)
    {
        var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, _model), "the question for its inputs", cancellationToken);
        if (!answer.TryGet(out var document)) return Result.Fail<ModelMetadata>(answer.Problems);
        try
        {
            return ModelMetadata.Parse(document);
        }
        catch (JsonException e)
        {
            return PredictProblems.Refused("the question for its inputs", 200, e.Message);
        }
    }

    /// <summary>The answer's JSON. A deployment that asks to wait (429, 503) is asked again a few times.</summary>
    public Task<Result<string>> InferAsync(byte[] request, CancellationToken cancellationToken) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Post, $"{_model}/infer") { Content = new ByteArrayContent(request) { Headers = { ContentType = Json } } }, "the request", cancellationToken);

    public void Dispose() => _http.Dispose();

    internal static string Reachable(string listener)
    {
        var colon = listener.LastIndexOf(':');
        return listener[..Math.Max(colon, 0)] is "*" or "0.0.0.0" or "[::]" ? $"127.0.0.1{listener[colon..]}" : listener;
    }

    private async Task<Result<string>> SendAsync(Func<HttpRequestMessage> create, string what, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var request = create();
                using var response = await _http.SendAsync(request, cancellationToken);
                var body = await response.Content.ReadAsStringAsync(cancellationToken);
                if (response.IsSuccessStatusCode) return body;
                if (attempt == Attempts || response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
                {
                    return PredictProblems.Refused(what, (int)response.StatusCode, ErrorOf(body));
                }

                await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.FromMilliseconds(100 * attempt), _time, cancellationToken);
            }
            catch (HttpRequestException e)
            {
                return PredictProblems.GatewayUnreachable(_http.BaseAddress!.Authority, e.Message);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return PredictProblems.GatewayUnreachable(_http.BaseAddress!.Authority, "no answer in time");
            }
        }
    }

    private static string ErrorOf(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("error", out var error) ? error.ToString() : body;
        }
        catch (JsonException)
        {
            return body;
        }
    }
}
