using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Fairlead.Core.Identity;
using Fairlead.Engines.Docker.Api;
using Fairlead.Engines.Docker.Containers;
using Microsoft.Extensions.Logging;

namespace Fairlead.Engines.Docker;

/// <summary>The daemon's events, for as long as anybody listens and whatever the daemon does meanwhile.</summary>
public sealed partial class DockerEngine
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>A watcher hears all that comes after this call, also what happens before it begins to listen.</summary>
    public IAsyncEnumerable<ReplicaId> WatchAsync(CancellationToken cancellationToken) => WatchAsync(_options.Time.GetUtcNow(), cancellationToken);

    private async IAsyncEnumerable<ReplicaId> WatchAsync(DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposed.Token);
        var wait = FirstWait;
        while (!_disposed.IsCancellationRequested)
        {
            var events = _host.IsOk ? await OpenEventsAsync(since, either.Token) : null;
            if (events is not null)
            {
                wait = FirstWait;
                since = _options.Time.GetUtcNow();
                await using (events)
                {
                    using var reader = new StreamReader(events);
                    while (await LineAsync(reader, either.Token) is { } line)
                    {
                        if (Replica(line) is { } replica) yield return replica;
                    }
                }
            }

            await Task.Delay(wait, _options.Time, either.Token);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    private async Task<Stream?> OpenEventsAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var filters = Filters.Of(("type", "container"), ("label", $"{ContainerLabels.Home}={_home}"), ("event", "die"), ("event", "destroy"), ("event", "pause"), ("event", "unpause"));
        try
        {
            return await _client.OpenAsync(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"events?since={since.ToUnixTimeMilliseconds() / 1000m:0.000}&filters={filters}"), null, cancellationToken);
        }
        catch (DockerException)
        {
            // Told by the look at the replicas.
            return null;
        }
    }

    /// <summary>Null at the end, also when the daemon went away.</summary>
    private static async Task<string?> LineAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return null;
        }
    }

    private static ReplicaId? Replica(string line)
    {
        var read = JsonSerializer.Deserialize(line, DockerJson.Default.EventLine);
        return ContainerLabels.Read(read?.Actor?.Attributes)?.Replica;
    }

    [LoggerMessage(3030, LogLevel.Information, "{Product} {Version} answers at {Host}; API {Api}.")]
    private partial void LogFound(string product, string version, string host, string api);

    [LoggerMessage(3031, LogLevel.Warning, "{Problem} Its replicas are taken to run on as they were seen last.")]
    private partial void LogLost(string problem);

    [LoggerMessage(3032, LogLevel.Information, "Replica {Replica} runs as container {Container} at {Address}.")]
    private partial void LogStarted(ReplicaId replica, string container, string address);

    [LoggerMessage(3033, LogLevel.Information, "Replica {Replica} was stopped. It had to be killed: {Killed}.")]
    private partial void LogStopped(ReplicaId replica, bool killed);

    [LoggerMessage(3034, LogLevel.Warning, "Replica {Replica} runs without what was asked for: {Note}.")]
    private partial void LogNote(ReplicaId replica, string note);

    [LoggerMessage(3035, LogLevel.Warning, "The log of replica {Replica} could not be kept: {Reason}")]
    private partial void LogUnkept(ReplicaId replica, string reason);
}
