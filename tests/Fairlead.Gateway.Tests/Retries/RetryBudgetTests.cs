using Fairlead.Gateway.Retries;
using Fairlead.Gateway.Tests.Hosting;

namespace Fairlead.Gateway.Tests.Retries;

public class RetryBudgetTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void WithoutTraffic_OnlyTheFloor()
    {
        Take(new RetryBudget(new RetryOptions(), _time), 1000).ShouldBe(5);
    }

    [Theory]
    [InlineData(100, 5 + 18)]
    [InlineData(500, 5 + 90)]
    [InlineData(100_000, 1000)]
    public void AfterRequests_LessThanAFifthOfThem_UpToTheCap(int requests, int retries)
    {
        var budget = new RetryBudget(new RetryOptions(), _time);
        for (var i = 0; i < requests; i++) budget.Deposit();

        Take(budget, 10_000).ShouldBe(retries);
    }

    [Fact]
    public void BelowTheFloor_OneComesBackEachSecond()
    {
        var budget = new RetryBudget(new RetryOptions(), _time);
        Take(budget, 1000).ShouldBe(5);

        _time.Move(TimeSpan.FromSeconds(2.9));
        Take(budget, 1000).ShouldBe(2);
        _time.Move(TimeSpan.FromSeconds(0.2));
        Take(budget, 1000).ShouldBe(1);
        _time.Move(TimeSpan.FromHours(1));
        Take(budget, 1000).ShouldBe(5);
    }

    [Theory]
    [InlineData(nameof(AttemptFailure.Refused), false, true, true)]
    [InlineData(nameof(AttemptFailure.ConnectTimeout), false, true, true)]
    [InlineData(nameof(AttemptFailure.Refused), true, false, false)]
    [InlineData(nameof(AttemptFailure.Broken), false, true, false)]
    [InlineData(nameof(AttemptFailure.Broken), true, true, true)]
    [InlineData(nameof(AttemptFailure.Broken), true, false, false)]
    [InlineData(nameof(AttemptFailure.Down), true, true, true)]
    [InlineData(nameof(AttemptFailure.Unavailable), true, true, true)]
    [InlineData(nameof(AttemptFailure.Unavailable), false, true, false)]
    [InlineData(nameof(AttemptFailure.Deadline), true, true, false)]
    [InlineData(nameof(AttemptFailure.Client), true, true, false)]
    [InlineData(nameof(AttemptFailure.None), true, true, false)]
    public void MayRetry_OnlyWhatWasNeverSentOrMayBeSentTwice(string failure, bool repeatable, bool replayable, bool may) =>
        RetryRules.MayRetry(Enum.Parse<AttemptFailure>(failure), repeatable, replayable).ShouldBe(may);

    private static int Take(RetryBudget budget, int atMost) => Enumerable.Range(0, atMost).TakeWhile(_ => budget.TryWithdraw()).Count();
}
