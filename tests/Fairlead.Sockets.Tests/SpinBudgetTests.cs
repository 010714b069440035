namespace Fairlead.Sockets.Tests;

public sealed class SpinBudgetTests
{
    [Fact]
    public void PollingThatNeverPays_IsOnlyTriedNowAndThen()
    {
        var budget = new SpinBudget();
        for (var i = 0; i < 100 && budget.Take(givesWay: false); i++) budget.Wasted();

        Enumerable.Range(0, 640).Count(_ => budget.Take(givesWay: false)).ShouldBe(10);
        for (var i = 0; i < 8; i++) budget.Paid();
        Enumerable.Range(0, 10).ShouldAllBe(_ => budget.Take(givesWay: false));
    }

    [Fact]
    public void WhileTheProcessorHasBetterUse_NothingIsPolled()
    {
        var budget = new SpinBudget();
        Enumerable.Range(0, 640).Count(_ => budget.Take(givesWay: true)).ShouldBe(0);
        budget.Take(givesWay: false).ShouldBeTrue();
    }
}
