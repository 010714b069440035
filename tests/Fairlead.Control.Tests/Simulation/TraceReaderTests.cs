using Fairlead.Control.Simulation;

namespace Fairlead.Control.Tests.Simulation;

public class TraceReaderTests
{
    [Fact]
    public void InstantsAreKeptAsTheyAre_FromTheFirstOn() =>
        Read(["TIMESTAMP,TOKENS", "2023-11-16 18:17:03.5000000,4808", "2023-11-16 18:17:05.7500000,1"]).Value.Arrivals.ShouldBe([0, 2.25]);

    [Fact]
    public void SecondsAreInstantsToo() => Read(["timestamp", "10", "11.5", "13"]).Value.Arrivals.ShouldBe([0, 1.5, 3]);

    [Fact]
    public void CountsBecomeAsManyRequestsInTheirSecond()
    {
        var arrivals = Read(["second,count", "0,3", "1,0", "2,2"]).Value.Arrivals;
        arrivals.Length.ShouldBe(5);
        arrivals.Take(3).ShouldAllBe(a => a > 0 && a <= 1);
        arrivals.Skip(3).ShouldAllBe(a => a > 2 && a <= 3);
        arrivals.ShouldBeInOrder();
    }

    [Fact]
    public void AScale_MultipliesTheRequestsOfEachSecond()
    {
        var arrivals = Read(["timestamp", "0", "0.5", "2.25"], scale: 50).Value.Arrivals;
        arrivals.Count(a => a <= 1).ShouldBe(100);
        arrivals.Count(a => a > 2).ShouldBe(50);
    }

    [Fact]
    public void ItIsKnownWhenATraceOfDateTimesBegins_AndOfSecondsItIsNot()
    {
        Read(["timestamp", "2026-03-29T03:00:05+02:00", "2026-03-29T03:00:01+02:00"]).Value.Begin.ShouldBe(new DateTimeOffset(2026, 3, 29, 1, 0, 1, TimeSpan.Zero));
        Read(["timestamp,count", "2026-03-29 01:00:00,3", "2026-03-29 01:00:01,1"]).Value.Begin.ShouldBe(new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero));
        Read(["timestamp", "10", "1700000000"]).Value.Begin.ShouldBeNull();
        Read(["timestamp,count", "0,3"]).Value.Begin.ShouldBeNull();
        Read(["count", "3"]).Value.Begin.ShouldBeNull();
    }

    [Theory]
    [InlineData("FL5261", "timestamp", "yesterday")]
    [InlineData("FL5261", "count", "-1")]
    [InlineData("FL5261", "count", "NaN")]
    [InlineData("FL5262", "count", "0")]
    public void WhatIsNoTrace_IsToldWithItsLine(string code, string header, string row)
    {
        var problem = Read([header, row]).Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe(code);
        if (code == "FL5261") problem.Message.ShouldContain("line 2");
    }

    private static Core.Results.Result<Trace> Read(string[] lines, double scale = 1) => TraceReader.Parse("load.csv", lines, scale, seed: 1);
}
