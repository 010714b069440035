using Fairlead.Telemetry;
using Fairlead.Telemetry.Metrics;

namespace Fairlead.ModelServer.Metrics;

/// <summary>The server's metrics; names are fixed by the design. Inference requests alone are counted: probes, metadata and scrapes are not.</summary>
internal sealed class ServerMetrics
{
    private static readonly double[] Scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];

    private readonly MetricFamily<Counter> _requests;
    private volatile CodeCounters _codes;

    public ServerMetrics(MetricRegistry registry)
    {
        Registry = registry;
        _requests = registry.Counter("fairlead_requests_total", "Inference requests answered, by HTTP status; 499 when the client had left.", "model", "version", "code");
        RequestDuration = registry.Histogram("fairlead_request_duration_seconds", "Time from a request's header to its answer.", Histogram.Seconds).With();
        QueueDuration = registry.Histogram("fairlead_queue_duration_seconds", "Time that a request waited for its run.", Histogram.FineSeconds).With();
        InferenceDuration = registry.Histogram("fairlead_inference_duration_seconds", "Time of one run of the model.", Histogram.FineSeconds).With();
        BatchSize = registry.Histogram("fairlead_batch_size", "Requests answered by one run of the model.", [1, 2, 4, 8, 16, 32, 64, 128]).With();
        InFlight = registry.Gauge("fairlead_requests_in_flight", "Inference requests being answered.").With();
        ModelLoad = registry.Gauge("fairlead_model_load_seconds", "Time that loading the model took, with warm-up and golden answers.").With();
        Predictions = registry.Counter("fairlead_predictions_total", "Predictions by label.", "model", "output", "label");
        PredictionScore = registry.Histogram("fairlead_prediction_score", "Largest probability of a prediction.", Scores, "model", "output");
        FeatureShift = registry.Gauge("fairlead_feature_shift", "Population stability index of an input against the reference, over a sliding window and less what chance alone gives.", "feature");
        PredictionShift = registry.Gauge("fairlead_prediction_shift", "Population stability index of an output against the model's predictions for the reference, over a sliding window and less what chance alone gives.", "output");
        ProcessMetrics.Register(registry);
        _codes = new CodeCounters(_requests, "", "");
    }

    public MetricRegistry Registry { get; }

    public Histogram RequestDuration { get; }

    public Histogram QueueDuration { get; }

    public Histogram InferenceDuration { get; }

    public Histogram BatchSize { get; }

    public Gauge InFlight { get; }

    public Gauge ModelLoad { get; }

    public MetricFamily<Counter> Predictions { get; }

    public MetricFamily<Histogram> PredictionScore { get; }

    public MetricFamily<Gauge> FeatureShift { get; }

    public MetricFamily<Gauge> PredictionShift { get; }

    /// <summary>Sets the labels of what is counted from now on.</summary>
    public void Serve(string model, string version) => _codes = new CodeCounters(_requests, model, version);

    public void Answered(int status) => _codes[status].Add();

    /// <summary>The children by status, kept so that counting needs no look-up by name.</summary>
    private sealed class CodeCounters(MetricFamily<Counter> family, string model, string version)
    {
        private readonly Counter?[] _counters = new Counter?[600];

        public Counter this[int status] => _counters[status] ??= family.With(model, version, status.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
