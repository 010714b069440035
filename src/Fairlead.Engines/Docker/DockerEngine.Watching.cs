using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
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
        var heard = Channel.CreateUnbounded<ReplicaId>();
        var listening = ListenAsync(since, heard.Writer, either.Token);
        try
        {
            await foreach (var replica in heard.Reader.ReadAllAsync(cancellationToken)) yield return replica;
        }
        finally
        {
            await either.CancelAsync();
            await listening;
        }
    }

    // At its own pace: that the daemon went away must be noted before a look finds it back, however slow the watcher is.
    private async Task ListenAsync(DateTimeOffset since, ChannelWriter<ReplicaId> heard, CancellationToken cancellationToken)
    {
        try
        {
            for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
            {
                var events = _host.IsOk ? await OpenEventsAsync(since, cancellationToken) : null;
                if (events is not null)
                {
                    (wait, since) = (FirstWait, _options.Time.GetUtcNow());
                    await TellAsync(events, heard, cancellationToken);
                }

                await Task.Delay(wait, _options.Time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
        finally
        {
            heard.Complete();
        }
    }

    private async Task TellAsync(Stream events, ChannelWriter<ReplicaId> heard, CancellationToken cancellationToken)
    {
        await using (events)
        {
            using var reader = new StreamReader(events);
            while (await LineAsync(reader, cancellationToken) is { } line)
            {
                if (await SettledAsync(line, cancellationToken) is { } replica) heard.TryWrite(replica);
            }
        }

        // Before its containers end, when it takes them with it.
        if (!cancellationToken.IsCancellationRequested) _absence.Lost();
    }

    private async Task<Stream?> OpenEventsAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        // Podman shows a "die" as Docker does, and is asked for it by its own name.
        var filters = Filters.Of(("type", "container"), ("label", $"{ContainerLabels.Home}={_home}"), ("event", "die"), ("event", "died"), ("event", "destroy"), ("event", "remove"), ("event", "pause"), ("event", "unpause"), ("event", "update"));
        try
        {
            return await _client.OpenAsync(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"events?since={since.ToUnixTimeMilliseconds() / 1000m:0.000}&filters={filters}"), null, cancellationToken);
        }
        catch (DockerException e)
        {
            // The look at the replicas tells of it; but one that comes after the daemon's return knows of no absence.
            if (e.IsUnreachable) _absence.Lost();
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

    /// <summary>The replica that an event is of, once the daemon shows what the event says.</summary>
    private async Task<ReplicaId?> SettledAsync(string line, CancellationToken cancellationToken)
    {
        if (JsonSerializer.Deserialize(line, DockerJson.Default.EventLine) is not { Actor: { ID: { } container } actor } read) return null;
        if (read.Action == "update") _fleet.ForgetLimits(container);

        // The daemon tells of an end before its list shows it: a look at once would see the container run, and the next comes much later.
        if (read.Action == "die") await _fleet.SettleAsync(container, cancellationToken);
        return ContainerLabels.Read(actor.Attributes)?.Replica;
    }

    [LoggerMessage(3030, LogLevel.Information, "{Product} {Version} answers at {Host}; API {Api}.")]
    private partial void LogFound(string product, string version, string host, string api);

    [LoggerMessage(3032, LogLevel.Information, "Replica {Replica} runs as container {Container} at {Address}.")]
    private partial void LogStarted(ReplicaId replica, string container, string address);

    [LoggerMessage(3033, LogLevel.Information, "Replica {Replica} was stopped. It had to be killed: {Killed}.")]
    private partial void LogStopped(ReplicaId replica, bool killed);

    [LoggerMessage(3034, LogLevel.Warning, "Replica {Replica} runs without what was asked for: {Note}.")]
    private partial void LogNote(ReplicaId replica, string note);

    [LoggerMessage(3035, LogLevel.Warning, "The log of replica {Replica} could not be kept: {Reason}")]
    private partial void LogUnkept(ReplicaId replica, string reason);
}
