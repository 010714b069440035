namespace Fairlead.Core.Manifests;

/// <summary>A metric that the replicas export themselves, to be kept at a value. Exactly one of the two averages is set.</summary>
/// <param name="Name">As the replica's metrics page has it, suffix included: <c>jobs_total</c>.</param>
/// <param name="Labels">A sample counts when it has all of these; all that do are added up.</param>
/// <param name="AverageValue">Of a gauge, per replica.</param>
/// <param name="AverageRate">Of a counter's growth a second, per replica.</param>
public sealed record MetricTarget(string Name, IReadOnlyDictionary<string, string> Labels, decimal? AverageValue, decimal? AverageRate)
{
    /// <summary>Which samples are meant, as Prometheus writes it: <c>queue_depth{queue="in"}</c>.</summary>
    public string Selector { get; } =
        Labels.Count == 0 ? Name : $"{Name}{{{string.Join(',', Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}=\"{l.Value}\""))}}}";
}
