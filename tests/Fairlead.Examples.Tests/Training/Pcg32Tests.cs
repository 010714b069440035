using Fairlead.Training.Numerics;

namespace Fairlead.Examples.Tests.Training;

public sealed class Pcg32Tests
{
    [Fact]
    public void EqualSeedsGiveEqualNumbersAndOthersOthers()
    {
        var (first, second, other) = (new Pcg32(5), new Pcg32(5), new Pcg32(6));
        var numbers = Enumerable.Range(0, 100).Select(_ => first.Next()).ToArray();

        numbers.ShouldBe(Enumerable.Range(0, 100).Select(_ => second.Next()));
        numbers.ShouldNotBe(Enumerable.Range(0, 100).Select(_ => other.Next()));
    }

    [Fact]
    public void Next_WithABound_ReachesEveryValueBelowItAboutEquallyOften()
    {
        var random = new Pcg32(1);

        var counts = Enumerable.Range(0, 70_000).Select(_ => random.Next(7)).CountBy(n => n).ToArray();

        counts.Length.ShouldBe(7);
        counts.ShouldAllBe(c => c.Key >= 0 && c.Key < 7 && c.Value > 9_500 && c.Value < 10_500);
    }

    [Fact]
    public void Shuffle_LosesNothing()
    {
        var items = Enumerable.Range(0, 50).ToArray();

        new Pcg32(1).Shuffle(items.AsSpan());

        items.ShouldNotBe(Enumerable.Range(0, 50));
        items.Order().ShouldBe(Enumerable.Range(0, 50));
    }
}
