using System.Runtime.CompilerServices;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Engines.Docker.Api;
using Fairlead.Engines.Logs;

namespace Fairlead.Engines.Docker.Logs;

/// <summary>A container's log lines, standard output and error together in the order they came.</summary>
internal sealed class ContainerLog(DockerClient client, TimeProvider time)
{
    /// <summary>A line's own time counts, else the line before's, else when it is read; <see cref="LogQuery.Since"/> is asked of the daemon too, which knows when a line was written.</summary>
    public async IAsyncEnumerable<LogLine> ReadAsync(string container, ReplicaId replica, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        DateTimeOffset? last = null;
        await foreach (var text in LinesAsync(container, query, cancellationToken))
        {
            last = LineTime.Of(text) ?? last;
            if (query.Since is { } since && last < since) continue;
            yield return new LogLine(last ?? time.GetUtcNow(), replica, text);
        }
    }

    public async Task<IReadOnlyList<string>> LastLinesAsync(string container, int count, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        await foreach (var line in LinesAsync(container, new LogQuery(Tail: count), cancellationToken)) lines.Add(line);
        return lines;
    }

    private async IAsyncEnumerable<string> LinesAsync(string container, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Seconds, so that none of the wanted lines is lost; a line's own time decides after that.
        var since = query.Since is { } from ? $"&since={from.ToUnixTimeSeconds()}" : "";
        var tail = query.Tail is { } count ? $"&tail={count}" : "";
        var path = $"containers/{container}/logs?stdout=1&stderr=1&follow={(query.Follow ? 1 : 0)}{since}{tail}";
        await using var stream = await client.OpenAsync(HttpMethod.Get, path, null, cancellationToken);
        LineSplitter[] splitters = [new(), new(), new()];
        var lines = new List<string>();
        await foreach (var (number, bytes) in LogFrames.ReadAsync(stream, cancellationToken))
        {
            lines.Clear();
            splitters[number].Add(bytes.Span, lines);
            foreach (var line in lines) yield return line;
        }

        foreach (var rest in splitters.Select(s => s.Rest()).OfType<string>()) yield return rest;
    }
}
