using Fairlead.Core.Scheduling;

namespace Fairlead.Core.Tests.Scheduling;

public class CronExpressionTests
{
    [Theory]
    [InlineData("0 8 * * mon-fri")]
    [InlineData("*/15 0-6,22,23 1,15 jan-mar,12 *")]
    [InlineData("59 23 31 12 7")]
    [InlineData("0-30/10 */2 * * FRI-sun")]
    [InlineData("0 0 29 2 *")]
    [InlineData("0 0 30 2 mon")]
    public void Expressions_of_five_fields_are_read(string text) => Parse(text).Text.ShouldBe(text);

    [Theory]
    [InlineData("", "it has 0 fields, not 5")]
    [InlineData("@daily", "it has 1 field, not 5")]
    [InlineData("0 8 * *", "it has 4 fields, not 5")]
    [InlineData("0 0 8 * * mon", "it has 6 fields, not 5")]
    [InlineData("60 8 * * *", "'60' is no minute")]
    [InlineData("-1 8 * * *", "'-1' is no minute")]
    [InlineData("0 24 * * *", "'24' is no hour")]
    [InlineData("0 8 0 * *", "'0' is no day of month")]
    [InlineData("0 8 32 * *", "'32' is no day of month")]
    [InlineData("0 8 * 13 *", "'13' is no month")]
    [InlineData("0 8 * january *", "'january' is no month")]
    [InlineData("0 8 * * 8", "'8' is no day of week")]
    [InlineData("0 8 * * mon-", "'mon-' is no day of week")]
    [InlineData("0 8 * * fri-mon", "'fri-mon' is no day of week")]
    [InlineData("0 17-8 * * *", "'17-8' is no hour")]
    [InlineData("5/15 * * * *", "'5/15' is no minute")]
    [InlineData("*/0 * * * *", "'*/0' is no minute")]
    [InlineData("1,,2 * * * *", "'1,,2' is no minute")]
    [InlineData("0 8 L * *", "'L' is no day of month")]
    [InlineData("0 8 30,31 2 *", "it never comes: no such month has such a day")]
    public void What_is_no_expression_says_why(string text, string reason)
    {
        CronExpression.TryParse(text, out _, out var why).ShouldBeFalse();
        why.ShouldBe(reason);
    }

    [Fact]
    public void Days_of_month_and_of_week_are_either_when_both_are_restricted()
    {
        // 2026-11-24 is a Tuesday.
        var tuesday = new DateOnly(2026, 11, 24);
        Parse("0 0 13 * tue").Matches(tuesday).ShouldBeTrue();
        Parse("0 0 24 * fri").Matches(tuesday).ShouldBeTrue();
        Parse("0 0 13 * fri").Matches(tuesday).ShouldBeFalse();
        Parse("0 0 * * fri").Matches(tuesday).ShouldBeFalse();
        Parse("0 0 13 * *").Matches(tuesday).ShouldBeFalse();
        Parse("0 0 * dec tue").Matches(tuesday).ShouldBeFalse();
    }

    [Fact]
    public void A_Sunday_is_0_and_7_and_ends_a_week()
    {
        var sunday = new DateOnly(2026, 11, 22);
        foreach (var day in (string[])["0", "7", "sun", "fri-sun", "5-7", "sat-0"]) Parse($"0 0 * * {day}").Matches(sunday).ShouldBeTrue(day);
        Parse("0 0 * * fri-sun").Matches(sunday.AddDays(1)).ShouldBeFalse();
    }

    internal static CronExpression Parse(string text) => CronExpression.TryParse(text, out var cron, out var why) ? cron : throw new ShouldAssertException(why);
}
