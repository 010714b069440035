using Fairlead.ModelServer.Metrics;
using Fairlead.Telemetry.Metrics;

namespace Fairlead.ModelServer.Tests.Metrics;

public sealed class LabelCountersTests
{
    private readonly MetricFamily<Counter> _family = new MetricRegistry().Counter("p_total", "Help.", "model", "output", "label");

    [Fact]
    public void IndexBeyondTheLabels_IsOther()
    {
        var counters = new LabelCounters(_family, "m", "y", ["a", "b"]);
        foreach (var index in new long[] { 0, 1, 1, 2, -1, long.MaxValue }) counters.Add(index);
        Values("a", "b", "other").ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void TextThatIsNoLabel_IsOther()
    {
        var counters = new LabelCounters(_family, "m", "y", ["a"]);
        counters.Add("a");
        counters.Add("z");
        Values("a", "other").ShouldBe([1, 1]);
    }

    [Fact]
    public void TextsWithoutLabels_AreCountedUpToABound()
    {
        var counters = new LabelCounters(_family, "m", "y", []);
        for (var i = 0; i < LabelCounters.MostTexts + 50; i++) counters.Add($"t{i}");
        counters.Add("t0");
        counters.Add(new string('x', 10_000));
        Values("t0", "t99", "other").ShouldBe([2, 1, 51]);
    }

    private IEnumerable<long> Values(params string[] labels) => labels.Select(l => _family.With("m", "y", l).Value);
}
