using Fairlead.Core.Manifests.Reading;

namespace Fairlead.Core.Manifests.Sections;

/// <summary>Metrics of the replicas' own under <c>scale/targets/metrics</c>.</summary>
internal static class MetricKeys
{
    private const string Example = "{name: queue_depth, labels: {queue: in}, average_value: 10}";

    private static readonly Key<MetricTarget, string> Name = new(
        "name", Scalars.Text("a metric's name", "queue_depth", Texts.MetricPattern, Texts.IsBadMetric), "As the replica's metrics page has it, suffix included.", m => m.Name)
    { Required = true };

    private static readonly Key<MetricTarget, IReadOnlyDictionary<string, string>> Labels = new(
        "labels",
        new NamesType<string>(Scalars.AnyText("a text", "in"), "queue", Texts.VariablePattern, Texts.IsBadLabel),
        "Samples that have all of these labels are added up; default all samples of the name.",
        m => m.Labels);

    private static readonly Key<MetricTarget, decimal> AverageValue =
        new("average_value", Scalars.Number, "Of a gauge: the value per replica.", m => m.AverageValue);

    private static readonly Key<MetricTarget, decimal> AverageRate =
        new("average_rate", Scalars.Number, "Of a counter: its growth a second per replica.", m => m.AverageRate);

    public static NodeType<IReadOnlyList<MetricTarget>> Type { get; } = new ListType<MetricTarget>(
        new RecordType<MetricTarget>(Example, [Name, Labels, AverageValue, AverageRate], Read) { OneOf = [AverageValue.Name, AverageRate.Name] },
        metric => ("metric", metric.Selector))
    { NotEmpty = true };

    private static MetricTarget Read(MapReader map)
    {
        if (map.Has(AverageValue) && map.Has(AverageRate)) map.Report(AverageRate, ManifestProblems.TwoAverages());
        else if (!map.Has(AverageValue) && !map.Has(AverageRate)) map.Report(ManifestProblems.NoAverage());
        return new MetricTarget(map.Find(Name) ?? "", map.Get(Labels, new Dictionary<string, string>()), map.FindValue(AverageValue), map.FindValue(AverageRate));
    }
}
