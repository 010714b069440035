using System.Text.Json.Nodes;
using Fairlead.Core.Manifests.Reading;
using Fairlead.Core.Units;

namespace Fairlead.Core.Manifests.Sections;

internal static class JudgeKeys
{
    private static readonly ScalarType<LatencyLimit> Latency = new(
        "a duration or an increase",
        "+20%",
        new JsonObject { ["type"] = "string" },
        s => LatencyLimit.TryParse(s.Text, out var limit) ? limit : ManifestProblems.NoLatencyLimit(s.Text),
        value => JsonValue.Create(value.ToString()));

    private static readonly Key<JudgeSpec, Share> ErrorRate =
        new("error_rate", UnitScalars.Percentage("1%", whole: true), "The most of its requests that may fail.", j => j.ErrorRate);

    private static readonly Key<JudgeSpec, LatencyLimit> LatencyP95 =
        new("latency_p95", Latency, "How slow its 95th percentile may be: a duration, or an increase over the old revision.", j => j.LatencyP95);

    private static readonly Key<JudgeSpec, decimal> PredictionShift =
        new("prediction_shift", Scalars.Number, "How far its predictions may lie from the old revision's (population stability index).", j => j.PredictionShift);

    public static NodeType<JudgeSpec> Type { get; } = new RecordType<JudgeSpec>(
        "{error_rate: 1%, latency_p95: +20%}",
        [ErrorRate, LatencyP95, PredictionShift],
        map => new JudgeSpec(map.FindValue(ErrorRate), map.Find(LatencyP95), map.FindValue(PredictionShift)));
}
