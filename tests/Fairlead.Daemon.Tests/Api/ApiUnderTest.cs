using System.Net;
using System.Net.Http.Headers;
using Fairlead.Api.Wire;
using Fairlead.Control;
using Fairlead.Control.Deploying;
using Fairlead.Control.Events;
using Fairlead.Control.Reconciling;
using Fairlead.Control.Store;
using Fairlead.Core.Engines;
using Fairlead.Core.Homes;
using Fairlead.Core.Identity;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;
using Fairlead.Daemon.Api;
using Fairlead.Daemon.Traffic;
using Fairlead.Testing.Engines;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fairlead.Daemon.Tests.Api;

/// <summary>The control API on a port of its own, on a real state file and an engine in memory, without a reconciler.</summary>
public sealed class ApiUnderTest : IAsyncLifetime
{
    public const string Token = "secret-token";

    private StateStore? _store;
    private ApiServer? _server;

    internal FairleadHome Home { get; } = new(Directory.CreateTempSubdirectory("fairlead-api").FullName);

    internal FakeEngine Engine { get; } = new();

    internal StateStore Store => _store!;

    internal FleetView View { get; set; } = FleetView.Empty;

    internal bool ShutDown { get; private set; }

    internal Digest Content { get; } = Digest.Of("content"u8);

    public HttpClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Home.ContentOf(Content));
        _store = StateStore.Open(Home.StateFile, text => ManifestReader.Parse(text, "state.db", null)).Value;
        var engines = new Dictionary<string, IEngine> { ["process"] = Engine };
        var clock = new Clock(TimeProvider.System);
        var context = new ApiContext
        {
            Scaling = _ => null,
            Options = new ControllerOptions { Home = Home, Program = ["fairlead"], ModelServer = "fairlead-server" },
            Store = _store,
            Deployer = new Deployer(_store, engines, Home, clock, () => { }),
            Engines = engines,
            View = () => View,
            Gateway = () => new GatewayFacts("127.0.0.1:8080", null, "not started"),
            ReplaceGateway = static _ => Task.FromResult<Result<GatewayReplaced>>(DaemonProblems.GatewayNotReplaced("none runs")),
            Traffic = _ => new TrafficRate(null, null, null),
            Clock = clock,
            Token = Token,
            StartedAt = clock.Utc,
            ShutDown = () => ShutDown = true,
            Stopping = CancellationToken.None,
        };
        _server = (await ApiServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), context, NullLoggerFactory.Instance, CancellationToken.None)).Value;
        Client = NewClient(Token);
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _server!.DisposeAsync();
        _store!.Dispose();
        Directory.Delete(Home.Root, recursive: true);
    }

    internal HttpClient NewClient(string? token)
    {
        var client = new HttpClient { BaseAddress = new Uri($"http://{_server!.Address}") };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    internal DeployRequest Request(string name = "penguins", string version = "1", int min = 2, int? replicas = null, int max = 5) =>
        new($$"""{"name":"{{name}}","version":"{{version}}","model":{"file":"penguins.onnx"},"scale":{"min":{{min}},"max":{{max}} } }""", Content.Value, "process", replicas, "fairlead.yaml");

    internal async Task<HttpResponseMessage> DeployAsync(DeployRequest request, string name = "penguins") =>
        await Client.PutAsJsonAsync($"/v1/deployments/{name}", request, ApiJson.Default.DeployRequest);

    internal static async Task<ProblemItem> ProblemAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync(ApiJson.Default.ProblemReport))!.Problems[0];

    internal void Tell(string message) => Store.Change(new StateChange { Events = [EventEntry.Of(DateTimeOffset.UnixEpoch, "told", message)] });
}
