using System.Threading.Channels;
using Fairlead.ModelServer.Http;
using Fairlead.ModelServer.Running;
using Fairlead.ModelServer.Settings;
using Fairlead.Telemetry.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fairlead.ModelServer.Sampling;

/// <summary>Chooses requests and writes them to the file. A request hands its copy over and goes on; what finds no room, in the queue or on the disk, is dropped and counted.</summary>
internal sealed partial class SampleRecorder : IAsyncDisposable
{
    private const int MostWaiting = 128;

    private readonly Channel<Sample> _waiting = Channel.CreateBounded<Sample>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly SampleFile _file;
    private readonly string _path;
    private readonly double _share;
    private readonly Redaction _redaction;
    private readonly Counter _written;
    private readonly Counter _dropped;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Task _writing;

    public SampleRecorder(SampleOptions options, MetricRegistry registry, TimeProvider time, ILogger log)
    {
        (_path, _share, _time, _log) = (options.File!, options.Share.Fraction, time, log);
        _file = new SampleFile(_path, options.Limit.Bytes);
        _redaction = new Redaction(options.Redact);
        _written = registry.Counter("fairlead_samples_written_total", "Requests written to the sample file.").With();
        _dropped = registry.Counter("fairlead_samples_dropped_total", "Requests chosen for the sample file and not written, for want of room in the queue or on the disk.").With();
        _writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Null for a request that is not chosen.</summary>
    public Sample? Choose(HttpContext context) =>
        Random.Shared.NextDouble() < _share ? new Sample(RequestIdentity.Given(context) ?? context.TraceIdentifier, _time.GetUtcNow(), _redaction) : null;

    public void Add(Sample sample)
    {
        if (!_waiting.Writer.TryWrite(sample)) _dropped.Add();
    }

    /// <summary>Writes what still waits.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _writing;
        _file.Dispose();
    }

    private async Task WriteAllAsync()
    {
        var failing = false;
        using var line = new PooledBuffer();
        await foreach (var sample in _waiting.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                line.Clear();
                SampleJson.Write(line, sample);
                _file.Append(line.Written.Span);
                _written.Add();
                if (failing) LogWritten(_path, _dropped.Value);
                failing = false;
            }
            catch (Exception e)
            {
                // Serving does not depend on it.
                _dropped.Add();
                if (!failing) LogFailed(e, _path);
                failing = true;
            }
        }
    }

    [LoggerMessage(2240, LogLevel.Warning, "Samples cannot be written to {Path} and are dropped until they can; requests are served all the same.")]
    private partial void LogFailed(Exception exception, string path);

    [LoggerMessage(2241, LogLevel.Information, "Samples are written to {Path} again; {Dropped} were dropped since the start.")]
    private partial void LogWritten(string path, long dropped);
}
