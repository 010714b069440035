namespace Fairlead.Sockets.Tests;

public sealed class SpinBudgetTests
{
    [Fact]
    public void PollingThatNeverPays_IsOnlyTriedNowAndThen()
    {
        var budget = new SpinBudget();
        for (var i = 0; i < 100 && budget.Take(); i++) budget.Wasted();

        Enumerable.Range(0, 640).Count(_ => budget.Take()).ShouldBe(10);
        for (var i = 0; i < 8; i++) budget.Paid();
        Enumerable.Range(0, 10).ShouldAllBe(_ => budget.Take());
    }
}
