using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fairlead.Api.Wire;
using Fairlead.Core.Homes;
using Fairlead.Core.Results;

namespace Fairlead.Api.Client;

/// <summary>
/// The control API, typed. Every expected failure is a problem: nothing runs, another home's controller, a refusal with
/// the controller's own problems. Safe for use by several callers at once.
/// </summary>
public sealed class ControlClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _home;

    public ControlClient(ControllerAddress address, string home)
    {
        ArgumentNullException.ThrowIfNull(address);
        Address = address;
        _home = home;
        // The address is on loopback: a proxy from the environment would send the token elsewhere.
        var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(5) };
        _http = new HttpClient(handler) { BaseAddress = address.Address, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", address.Token);
    }

    public ControllerAddress Address { get; }

    /// <summary>How long a call may take that is answered at once by a controller in good health.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public static Result<ControlClient> Open(FairleadHome home)
    {
        ArgumentNullException.ThrowIfNull(home);
        var found = ControllerAddress.Find(home);
        return found.TryGet(out var address) ? new ControlClient(address, home.Root) : Result.Fail<ControlClient>(found.Problems);
    }

    /// <summary>Whether it answers; not whether it accepts the token.</summary>
    public async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ApiRoutes.Health);
        var result = await CallAsync(request, static (_, _) => Task.FromResult(default(Done)), cancellationToken).ConfigureAwait(false);
        return result.IsOk;
    }

    public Task<Result<ControllerInfo>> GetInfoAsync(CancellationToken cancellationToken) =>
        GetAsync(ApiRoutes.Info, ApiJson.Default.ControllerInfo, cancellationToken);

    public Task<Result<IReadOnlyList<DeploymentStatus>>> ListAsync(CancellationToken cancellationToken) =>
        GetAsync(ApiRoutes.Deployments, ApiJson.Default.IReadOnlyListDeploymentStatus, cancellationToken);

    public Task<Result<DeploymentStatus>> GetAsync(string deployment, CancellationToken cancellationToken) =>
        GetAsync(Route(ApiRoutes.Deployment, deployment), ApiJson.Default.DeploymentStatus, cancellationToken);

    public async Task<Result<DeployAccepted>> DeployAsync(string deployment, DeployRequest body, CancellationToken cancellationToken)
    {
        using var request = WithBody(HttpMethod.Put, Route(ApiRoutes.Deployment, deployment), body, ApiJson.Default.DeployRequest);
        return await CallAsync(request, ApiJson.Default.DeployAccepted, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Accepted is not gone: it is gone when <see cref="GetAsync(string, CancellationToken)"/> does not find it.</summary>
    public Task<Result<Done>> RemoveAsync(string deployment, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, Route(ApiRoutes.Deployment, deployment), cancellationToken);

    public async Task<Result<Done>> ScaleAsync(string deployment, int replicas, CancellationToken cancellationToken)
    {
        using var request = WithBody(HttpMethod.Post, Route(ApiRoutes.Scale, deployment), new ScaleRequest(replicas), ApiJson.Default.ScaleRequest);
        return await CallAsync(request, static (_, _) => Task.FromResult(default(Done)), cancellationToken).ConfigureAwait(false);
    }

    public async Task<Result<DeployAccepted>> RollBackAsync(string deployment, int? revision, CancellationToken cancellationToken)
    {
        using var request = WithBody(HttpMethod.Post, Route(ApiRoutes.Rollback, deployment), new RollbackRequest(revision), ApiJson.Default.RollbackRequest);
        return await CallAsync(request, ApiJson.Default.DeployAccepted, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="verb"><c>pause</c>, <c>resume</c>, <c>promote</c> or <c>abort</c>.</param>
    public Task<Result<Done>> SteerRolloutAsync(string deployment, string verb, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, Route(ApiRoutes.Rollout, deployment).Replace("{verb}", verb, StringComparison.Ordinal), cancellationToken);

    public async Task<Result<DiffReport>> DiffAsync(DeployRequest body, CancellationToken cancellationToken)
    {
        using var request = WithBody(HttpMethod.Post, ApiRoutes.Diff, body, ApiJson.Default.DeployRequest);
        return await CallAsync(request, ApiJson.Default.DiffReport, cancellationToken).ConfigureAwait(false);
    }

    public async Task<Result<PlanReport>> PlanAsync(DeployRequest body, CancellationToken cancellationToken)
    {
        using var request = WithBody(HttpMethod.Post, ApiRoutes.Plan, body, ApiJson.Default.DeployRequest);
        return await CallAsync(request, ApiJson.Default.PlanReport, cancellationToken).ConfigureAwait(false);
    }

    public Task<Result<IReadOnlyList<RevisionSummary>>> GetRevisionsAsync(string deployment, CancellationToken cancellationToken) =>
        GetAsync(Route(ApiRoutes.Revisions, deployment), ApiJson.Default.IReadOnlyListRevisionSummary, cancellationToken);

    public Task<Result<WhyReport>> GetWhyAsync(string deployment, CancellationToken cancellationToken) =>
        GetAsync(Route(ApiRoutes.Why, deployment), ApiJson.Default.WhyReport, cancellationToken);

    /// <summary>The controller and its gateway end after the answer; refused while there are deployments.</summary>
    public Task<Result<Done>> ShutDownAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, ApiRoutes.Shutdown, cancellationToken);

    /// <summary>Events after a sequence number, oldest first. With <paramref name="wait"/> the controller holds the answer until there is one or the time is over.</summary>
    public Task<Result<IReadOnlyList<EventRecord>>> GetEventsAsync(EventQuery query, TimeSpan wait, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var parameters = new List<string>();
        if (query.Deployment is not null) parameters.Add($"deployment={Uri.EscapeDataString(query.Deployment)}");
        if (query.After is { } after) parameters.Add(string.Create(CultureInfo.InvariantCulture, $"after={after}"));
        if (query.Limit is { } limit) parameters.Add(string.Create(CultureInfo.InvariantCulture, $"limit={limit}"));
        if (wait > TimeSpan.Zero) parameters.Add(string.Create(CultureInfo.InvariantCulture, $"wait={(long)wait.TotalMilliseconds}ms"));
        return GetAsync(WithQuery(ApiRoutes.Events, parameters), ApiJson.Default.IReadOnlyListEventRecord, cancellationToken, wait);
    }

    /// <summary>Log lines as they arrive; with <see cref="LogFilter.Follow"/> until the token is cancelled or the controller ends.</summary>
    public async Task<Result<Done>> ReadLogsAsync(string deployment, LogFilter filter, Action<LogRecord> onLine, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(onLine);
        using var request = new HttpRequestMessage(HttpMethod.Get, WithQuery(Route(ApiRoutes.Logs, deployment), filter.ToParameters()));
        return await CallAsync(request, (content, token) => ForwardLinesAsync(content, onLine, token), cancellationToken, Timeout.InfiniteTimeSpan).ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<Done> ForwardLinesAsync(HttpContent content, Action<LogRecord> onLine, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (line.Length > 0 && JsonSerializer.Deserialize(line, ApiJson.Default.LogRecord) is { } record) onLine(record);
        }

        return default;
    }

    private async Task<Result<Done>> SendAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        return await CallAsync(request, static (_, _) => Task.FromResult(default(Done)), cancellationToken).ConfigureAwait(false);
    }

    private async Task<Result<T>> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken, TimeSpan extra = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await CallAsync(request, type, cancellationToken, CallTimeout + extra).ConfigureAwait(false);
    }

    private Task<Result<T>> CallAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellationToken, TimeSpan? limit = null) =>
        CallAsync(request, async (content, token) => await content.ReadFromJsonAsync(type, token).ConfigureAwait(false) ?? throw new JsonException("The answer is null."), cancellationToken, limit);

    private async Task<Result<T>> CallAsync<T>(
        HttpRequestMessage request, Func<HttpContent, CancellationToken, Task<T>> read, CancellationToken cancellationToken, TimeSpan? limit = null)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit ?? CallTimeout);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode) return await read(response.Content, deadline.Token).ConfigureAwait(false);
            return Result.Fail<T>(await AnswerProblems.ReadAsync(request, response, Address.Address, deadline.Token).ConfigureAwait(false));
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError)
        {
            // A record without a controller behind it: it was killed, and what it ran may still run.
            return Address.Pid is { } pid ? ClientProblems.Unreachable(Address.Address.Authority, $"nobody listens there any more, and its record names process {pid}") : ClientProblems.NotRunning(_home);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return ClientProblems.Unreachable(Address.Address.Authority, "the connection broke");
        }
        catch (JsonException e)
        {
            return ClientProblems.UnexpectedAnswer($"{request.Method} {request.RequestUri}", (int)HttpStatusCode.OK, e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ClientProblems.Unreachable(Address.Address.Authority, $"no answer within {(limit ?? CallTimeout).TotalSeconds:0} s");
        }
    }

    private static HttpRequestMessage WithBody<T>(HttpMethod method, string path, T body, JsonTypeInfo<T> type) =>
        new(method, path) { Content = JsonContent.Create(body, type) };

    private static string Route(string template, string deployment) =>
        template.Replace("{name}", Uri.EscapeDataString(deployment), StringComparison.Ordinal);

    private static string WithQuery(string path, IReadOnlyCollection<string> parameters) =>
        parameters.Count == 0 ? path : $"{path}?{string.Join('&', parameters)}";
}
