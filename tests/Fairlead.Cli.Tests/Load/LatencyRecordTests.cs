using Fairlead.Cli.Load;

namespace Fairlead.Cli.Tests.Load;

public sealed class LatencyRecordTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void EveryQuantile_IsGoodToOnePercent_FromMicrosecondsToHours(int seed)
    {
        var random = new Random(seed);
        var record = new LatencyRecord();
        var values = Enumerable.Range(0, 5000).Select(_ => Math.Exp(random.NextDouble() * Math.Log(1e10))).Select(v => (double)(long)v).Order().ToList();
        foreach (var value in values) record.Add(TimeSpan.FromMicroseconds(value));

        foreach (var quantile in (double[])[0.01, 0.5, 0.9, 0.99, 0.999, 1])
        {
            var exact = values[(int)Math.Ceiling(quantile * values.Count) - 1];
            record.Quantile(quantile).TotalMicroseconds.ShouldBe(exact, (exact * 0.01) + 0.5);
        }

        record.Max.TotalMicroseconds.ShouldBe(values[^1]);
        record.Mean.TotalMicroseconds.ShouldBe(values.Average(), 1);
    }

    [Fact]
    public void Empty_IsZero()
    {
        var record = new LatencyRecord();

        record.Quantile(0.99).ShouldBe(TimeSpan.Zero);
        record.Mean.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void TheLongestSpanThereIs_IsRecorded()
    {
        var record = new LatencyRecord();

        record.Add(TimeSpan.MaxValue);
        record.Add(TimeSpan.FromTicks(-1));

        record.Count.ShouldBe(2);
        record.Quantile(0.5).ShouldBe(TimeSpan.Zero);
    }
}
