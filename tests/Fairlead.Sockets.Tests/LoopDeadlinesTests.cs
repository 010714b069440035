namespace Fairlead.Sockets.Tests;

public class LoopDeadlinesTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(1);

    private readonly Clock _clock = new();
    private readonly List<string> _fallen = [];

    [Fact]
    public void TheyFallInTime_WhateverTheirLengthsAre()
    {
        var deadlines = new LoopDeadlines(_clock);
        deadlines.Set(Named("long"), Long);
        deadlines.Set(Named("short"), Short);
        deadlines.MillisecondsLeft().ShouldBe(10);

        _clock.Milliseconds = 10;
        deadlines.LetFall();
        _fallen.ShouldBe(["short"]);
        deadlines.MillisecondsLeft().ShouldBe(990);

        _clock.Milliseconds = 1000;
        deadlines.LetFall();
        _fallen.ShouldBe(["short", "long"]);
        deadlines.MillisecondsLeft().ShouldBe(Timeout.Infinite);
    }

    [Fact]
    public void ClearedOnes_DoNotFall_WhereverTheyStand()
    {
        var deadlines = new LoopDeadlines(_clock);
        var all = Enumerable.Range(0, 5).Select(n => Named($"{n}")).ToList();
        foreach (var deadline in all) deadlines.Set(deadline, Short);
        foreach (var gone in (int[])[0, 2, 4]) deadlines.Clear(all[gone]);
        deadlines.Clear(all[2]);

        _clock.Milliseconds = 10;
        deadlines.LetFall();

        _fallen.ShouldBe(["1", "3"]);
    }

    [Fact]
    public void SetAgain_CountsFromThen()
    {
        var deadlines = new LoopDeadlines(_clock);
        var deadline = Named("once");
        deadlines.Set(deadline, Short);
        _clock.Milliseconds = 5;
        deadlines.Set(deadline, Short);

        _clock.Milliseconds = 10;
        deadlines.LetFall();
        _fallen.ShouldBeEmpty();

        _clock.Milliseconds = 15;
        deadlines.LetFall();
        _fallen.ShouldBe(["once"]);
    }

    [Fact]
    public void WhatFalls_MaySetAndClearOthers()
    {
        var deadlines = new LoopDeadlines(_clock);
        var other = Named("other");
        deadlines.Set(new Deadline(_ => deadlines.Clear(other), null), Short);
        deadlines.Set(other, Short);
        deadlines.Set(new Deadline(_ => deadlines.Set(Named("later"), Long), null), Short);
        foreach (var length in Enumerable.Range(20, 20)) deadlines.Set(Named($"{length}"), TimeSpan.FromMilliseconds(length));

        _clock.Milliseconds = 2000;
        deadlines.LetFall();
        _clock.Milliseconds = 4000;
        deadlines.LetFall();

        _fallen.Order().ShouldBe(Enumerable.Range(20, 20).Select(n => $"{n}").Append("later").Order());
    }

    private Deadline Named(string name) => new(_ => _fallen.Add(name), null);

    private sealed class Clock : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }
}
