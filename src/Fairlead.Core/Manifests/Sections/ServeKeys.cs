using Fairlead.Core.Manifests.Reading;
using Fairlead.Core.Units;

namespace Fairlead.Core.Manifests.Sections;

internal static class ServeKeys
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private static readonly Key<BatchingSpec, int> MaxSize =
        new("max_size", Scalars.Integer(1, 4096), "The most rows in one batch.", b => b.MaxSize) { Required = true };

    private static readonly Key<BatchingSpec, TimeSpan> MaxDelay = new(
        "max_delay",
        UnitScalars.Time("2ms", TimeSpan.Zero, TimeSpan.FromMinutes(1)),
        "The longest the first row of a batch waits for others.",
        b => b.MaxDelay)
    { Required = true };

    private static readonly Key<ServeSpec, BatchingSpec> Batching = new(
        "batching",
        new RecordType<BatchingSpec>("{max_size: 32, max_delay: 2ms}", [MaxSize, MaxDelay], map => new BatchingSpec(map.Need(MaxSize), map.Need(MaxDelay))),
        "Requests that arrive together are run together.",
        s => s.Batching);

    private static readonly Key<ServeSpec, TimeSpan> Timeout =
        new("timeout", UnitScalars.Time("2s", Tick, TimeSpan.FromHours(24)), "The longest a request may take; default 30s.", s => s.Timeout);

    private static readonly Key<ServeSpec, ByteSize> MaxBody =
        new("max_body", UnitScalars.Size("16MiB"), "The largest request body; a larger one is answered 413. Default 16MiB.", s => s.MaxBody);

    public static Key<ServeSpec, int> Port { get; } =
        new("port", Scalars.Integer(1, 65535), "The port that a model given by image or command listens on inside its container.", s => s.Port);

    public static Key<ServeSpec, string> Health { get; } = new(
        "health",
        Scalars.Text("a path", "/healthz", "^/[^ ]*$", text => text[0] == '/' && !text.Contains(' ') ? null : ManifestProblems.BadHealth(text)),
        "The path that answers 200 when a model given by image or command is ready.",
        s => s.Health);

    public static Key<ServeSpec, string> Metrics { get; } = new(
        "metrics",
        Scalars.Text("a path", "/metrics", "^/[^ ]*$", text => text[0] == '/' && !text.Contains(' ') ? null : ManifestProblems.BadHealth(text)),
        "Where a model given by image or command has its Prometheus metrics, for scale/targets/metrics; default /metrics.",
        s => s.Metrics == ServeSpec.DefaultMetrics ? null : s.Metrics);

    public static Key<ServeSpec, int> Concurrency { get; } = new(
        "concurrency",
        Scalars.Integer(1, 10_000),
        "Requests that a replica of a model given by image or command works on at once, for scale/targets/latency_p95; default one for each processor of resources/cpu, 1 without.",
        s => s.Concurrency);

    public static NodeType<ServeSpec> Type { get; } =
        new RecordType<ServeSpec>("{timeout: 2s}", [Batching, Timeout, MaxBody, Port, Health, Metrics, Concurrency], Read);

    private static ServeSpec Read(MapReader map)
    {
        var defaults = new ServeSpec();
        return new ServeSpec
        {
            Batching = map.Find(Batching),
            Timeout = map.Get(Timeout, defaults.Timeout),
            MaxBody = map.Get(MaxBody, defaults.MaxBody),
            Port = map.FindValue(Port),
            Health = map.Find(Health),
            Metrics = map.Get(Metrics, defaults.Metrics),
            Concurrency = map.FindValue(Concurrency),
        };
    }
}
