using System.Net;
using System.Reflection;
using Fairlead.Api.Client;
using Fairlead.Api.Wire;
using Fairlead.Cli.Load;
using Fairlead.Core.Homes;
using Fairlead.Core.Results;
using Fairlead.Testing.Programs;

namespace Fairlead.Bench.Autoscale.Real;

/// <summary>The built program on a home of its own with the slow model deployed to it, used as a user would. Disposing takes it down.</summary>
internal sealed class Subject : IAsyncDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("autoscale-");
    private readonly FairleadHomeUnderTest _home = new(Metadata("FairleadProgram"));
    private ControlClient? _client;

    private Subject(string engine) => Engine = engine;

    public string Engine { get; }

    public string Folder => _folder.FullName;

    public static async Task<Subject> UpAsync(string engine, string scale)
    {
        var subject = new Subject(engine);
        try
        {
            await SlowModel.WriteAsync(subject.Folder, engine, scale);
            await subject.SucceedAsync("up", subject.Folder, "--engine", engine, "-d");
            subject._client = ControlClient.Open(new FairleadHome(subject._home.Home)).Value;
            return subject;
        }
        catch
        {
            await subject.DisposeAsync();
            throw;
        }
    }

    public HttpTarget Target() => new(
        LoadRequest.Post(new IPEndPoint(IPAddress.Loopback, _home.GatewayPort), $"/v2/models/{SlowModel.Name}/infer", SlowModel.Request, "application/json"), AnswerTimeout, TimeProvider.System);

    public async Task<DeploymentStatus> StatusAsync(CancellationToken cancellationToken) => Of(await _client!.GetAsync(SlowModel.Name, cancellationToken));

    public async Task<WhyReport> WhyAsync(CancellationToken cancellationToken) => Of(await _client!.GetWhyAsync(SlowModel.Name, cancellationToken));

    /// <summary>What the autoscaler changed, oldest first.</summary>
    public async Task<IReadOnlyList<EventRecord>> ChangesAsync(CancellationToken cancellationToken)
    {
        var changes = new List<EventRecord>();
        for (long? after = 0; after is not null;)
        {
            var events = Of(await _client!.GetEventsAsync(new EventQuery(SlowModel.Name, after, 500), TimeSpan.Zero, cancellationToken));
            changes.AddRange(events.Where(e => e.Kind == "autoscaled"));
            after = events.Count > 0 ? events[^1].Sequence : null;
        }

        return changes;
    }

    public Task<CommandResult> SucceedAsync(params string[] arguments) => _home.SucceedAsync(TimeSpan.FromMinutes(3), arguments);

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await _home.RunAsync("down", "--all");
        await _home.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public static string Metadata(string key) =>
        typeof(Subject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value!;

    private static T Of<T>(Result<T> result) => result.IsOk ? result.Value : throw new InvalidOperationException(result.Problems[0].ToString());
}
