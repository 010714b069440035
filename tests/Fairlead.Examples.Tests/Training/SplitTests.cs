using Fairlead.Training.Samples;

namespace Fairlead.Examples.Tests.Training;

public sealed class SplitTests
{
    private static readonly Sample[] Samples = [.. Enumerable.Range(0, 100).Select(i => new Sample([i], i < 80 ? 0 : 1))];

    [Fact]
    public void EveryClassIsHeldOutByTheSameShareAndNoRowIsInBoth()
    {
        var split = Split.Stratified(Samples, 0.25, seed: 1);

        split.HeldOut.Count(s => s.Label == 0).ShouldBe(20);
        split.HeldOut.Count(s => s.Label == 1).ShouldBe(5);
        split.Training.Concat(split.HeldOut).Select(s => s.Values[0]).Order().ShouldBe(Samples.Select(s => s.Values[0]));
    }

    [Fact]
    public void AnotherSeedHoldsOutOthers() =>
        Split.Stratified(Samples, 0.25, seed: 1).HeldOut.ShouldNotBe(Split.Stratified(Samples, 0.25, seed: 2).HeldOut);
}
