using System.Globalization;
using Fairlead.Core.Scheduling;
using FsCheck;
using FsCheck.Fluent;

namespace Fairlead.Core.Tests.Scheduling;

/// <summary>In Berlin the clock goes from 2 to 3 on 2026-03-29 at 1:00 UTC, and from 3 back to 2 on 2026-10-25 at 1:00 UTC.</summary>
public class CronWindowTests
{
    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Auckland"];

    [Theory]
    [InlineData("Mon 7:59 in winter", "2026-01-12T06:59:59Z", false)]
    [InlineData("Mon 8:00 in winter", "2026-01-12T07:00:00Z", true)]
    [InlineData("Mon 17:59 in winter", "2026-01-12T16:59:59Z", true)]
    [InlineData("Mon 18:00 in winter", "2026-01-12T17:00:00Z", false)]
    [InlineData("Mon 8:00 in summer", "2026-07-13T06:00:00Z", true)]
    [InlineData("Mon 18:00 in summer", "2026-07-13T16:00:00Z", false)]
    [InlineData("Sun 12:00", "2026-01-11T11:00:00Z", false)]
    public void Working_hours_follow_the_clock_on_the_wall(string label, string at, bool open) => Open("0 8 * * mon-fri", "10h", "Europe/Berlin", at).ShouldBe(open, label);

    [Theory]
    [InlineData("before the gap", "2026-03-29T00:59:59Z", false)]
    [InlineData("at the gap's end, 3:00", "2026-03-29T01:00:00Z", true)]
    [InlineData("an hour later", "2026-03-29T01:59:59Z", true)]
    [InlineData("and no longer", "2026-03-29T02:00:00Z", false)]
    public void A_window_that_would_begin_in_the_gap_begins_at_its_end(string label, string at, bool open) => Open("30 2 * * *", "1h", "Europe/Berlin", at).ShouldBe(open, label);

    [Theory]
    [InlineData("2:29, summer time", "2026-10-25T00:29:59Z", false)]
    [InlineData("2:30, summer time", "2026-10-25T00:30:00Z", true)]
    [InlineData("2:10, winter time", "2026-10-25T01:10:00Z", true)]
    [InlineData("2:30, winter time", "2026-10-25T01:30:00Z", false)]
    public void In_the_hour_that_comes_twice_it_begins_once(string label, string at, bool open) => Open("30 2 * * *", "1h", "Europe/Berlin", at).ShouldBe(open, label);

    [Theory]
    [InlineData("2:30, summer time", "2026-10-25T00:30:00Z", true)]
    [InlineData("2:45, summer time", "2026-10-25T00:45:00Z", false)]
    [InlineData("2:30, winter time", "2026-10-25T01:30:00Z", true)]
    [InlineData("3:00 after the gap", "2026-03-29T01:00:00Z", false)]
    [InlineData("3:30 after the gap", "2026-03-29T01:30:00Z", true)]
    public void Of_any_hour_it_goes_by_time_that_passes(string label, string at, bool open) => Open("30 * * * *", "10m", "Europe/Berlin", at).ShouldBe(open, label);

    [Fact]
    public void A_window_over_the_change_is_as_long_as_it_says()
    {
        // From 22:00 on the evening before; the night is an hour shorter on the wall, and the window is not.
        Open("0 22 * * sat", "8h", "Europe/Berlin", "2026-03-29T04:59:59Z").ShouldBeTrue();
        Open("0 22 * * sat", "8h", "Europe/Berlin", "2026-03-29T05:00:00Z").ShouldBeFalse();
    }

    [Fact]
    public void A_gap_at_midnight_begins_the_day_later()
    {
        // In Santiago 2026-09-06 begins at 1:00.
        Open("0 0 6 9 *", "1h", "America/Santiago", "2026-09-06T03:59:59Z").ShouldBeFalse();
        Open("0 0 6 9 *", "1h", "America/Santiago", "2026-09-06T04:00:00Z").ShouldBeTrue();
    }

    [Fact]
    public void A_window_longer_than_its_distance_never_closes() => Open("0 0 * * *", "25h", "UTC", "2026-01-12T00:30:00Z").ShouldBeTrue();

    [Fact]
    public void It_agrees_with_a_look_at_every_minute()
    {
        var minute = Gen.Elements("0", "30", "*/20", "5,59", "*");
        var hour = Gen.Elements("0", "2", "1-3", "*", "*/2", "23", "0-23");
        var day = Gen.Elements("*", "*", "29", "25-31", "1,6");
        var month = Gen.Elements("*", "*", "3,10", "4,9,11");
        var week = Gen.Elements("*", "*", "sun", "sat-sun", "mon-fri");
        var change = Gen.Elements(Zones).SelectMany(z => Gen.Choose(0, 9).Select(n => (Zone: z, Change: Changes(z).ElementAtOrDefault(n))));
        var cases = from m in minute
                    from h in hour
                    from d in day
                    from mo in month
                    from w in week
                    from near in change
                    from aside in Gen.Choose(-40 * 60, 40 * 60)
                    from seconds in Gen.Choose(0, 59)
                    from length in Gen.Elements(1, 10, 59, 60, 61, 180, 24 * 60, 26 * 60)
                    select (Cron: $"{m} {h} {d} {mo} {w}", near.Zone, At: near.Change + TimeSpan.FromMinutes(aside) + TimeSpan.FromSeconds(seconds), Length: length);

        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            if (!CronExpression.TryParse(c.Cron, out var cron, out _)) return true;
            var (zone, length) = (TimeZoneInfo.FindSystemTimeZoneById(c.Zone), TimeSpan.FromMinutes(c.Length));
            return CronWindow.IsOpen(cron, length, zone, c.At) == MinuteScan.IsOpen(c.Cron, length, zone, c.At);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));
    }

    [Fact]
    public void Arbitrary_text_never_throws() =>
        Prop.ForAll<string>(text => CronExpression.TryParse(text ?? "", out _, out var why) == (why is null)).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static bool Open(string cron, string length, string zone, string at)
    {
        Core.Units.Duration.TryParse(length, out var span).ShouldBeTrue();
        return CronWindow.IsOpen(CronExpressionTests.Parse(cron), span, TimeZoneInfo.FindSystemTimeZoneById(zone), DateTimeOffset.Parse(at, CultureInfo.InvariantCulture));
    }

    /// <summary>Hours of 2024 to 2028 after which the zone's offset is another one; where there are none, one of its ordinary days.</summary>
    private static List<DateTimeOffset> Changes(string id)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(id);
        var begin = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var changes = Enumerable.Range(0, 5 * 366 * 24).Select(h => begin.AddHours(h)).Where(t => zone.GetUtcOffset(t) != zone.GetUtcOffset(t.AddHours(1))).ToList();
        while (changes.Count < 10) changes.Add(begin.AddDays(60 + changes.Count));
        return changes;
    }
}
