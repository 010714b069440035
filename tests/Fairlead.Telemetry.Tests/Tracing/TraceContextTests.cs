using System.Globalization;
using Fairlead.Telemetry.Tracing;

namespace Fairlead.Telemetry.Tests.Tracing;

public class TraceContextTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Span = "b7ad6b7169203331";

    [Theory]
    [InlineData("01", true)]
    [InlineData("00", false)]
    [InlineData("03", true)]
    public void TraceParent_IsReadAndWrittenBack(string flags, bool sampled)
    {
        var context = TraceContext.Parse($"00-{Trace}-{Span}-{flags}", "a=b").ShouldNotBeNull();
        (context.TraceIdText, context.SpanIdText, context.Sampled, context.State).ShouldBe((Trace, Span, sampled, "a=b"));
    }

    [Fact]
    public void LaterVersionMayHaveMoreBehindIt()
    {
        TraceContext.Parse($"01-{Trace}-{Span}-01-more", null).ShouldNotBeNull();
        TraceContext.Parse($"01-{Trace}-{Span}-01", "").ShouldNotBeNull().State.ShouldBeNull();
    }

    [Theory]
    [InlineData("none", null)]
    [InlineData("empty", "")]
    [InlineData("short", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331")]
    [InlineData("upper case", "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01")]
    [InlineData("no trace", "00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("no span", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01")]
    [InlineData("version ff", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("more behind version 00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more")]
    [InlineData("later version that runs on", "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01more")]
    [InlineData("other separators", "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01")]
    [InlineData("no hexadecimal flags", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g")]
    public void WhatIsNoTraceParent_BeginsATraceAnew(string label, string? parent) => TraceContext.Parse(parent, null).ShouldBeNull(label);

    [Fact]
    public void Sampler_FollowsTheCallerOrTakesItsShare()
    {
        var sampled = TraceContext.Parse($"00-{Trace}-{Span}-01", null);
        var unsampled = TraceContext.Parse($"00-{Trace}-{Span}-00", null);
        new TraceSampler(true, 0).Takes(sampled, 1).ShouldBeTrue();
        new TraceSampler(true, 1).Takes(unsampled, 1).ShouldBeFalse();
        new TraceSampler(false, 1).Takes(unsampled, 0).ShouldBeTrue();
        new TraceSampler(false, 0).Takes(sampled, UInt128.MaxValue).ShouldBeFalse();

        var random = new Random(7);
        var quarter = new TraceSampler(true, 0.25);
        var traces = Enumerable.Range(0, 10_000).Select(_ => new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64())).ToList();
        traces.Count(t => quarter.Takes(null, t)).ShouldBeInRange(2_300, 2_700);

        // A service that takes fewer takes some of the same.
        traces.Where(t => new TraceSampler(true, 0.1).Takes(null, t)).ShouldAllBe(t => quarter.Takes(null, t));
    }

    [Fact]
    public void IdsAreWrittenInFull() => new TraceContext(UInt128.One, 1, true, null).TraceIdText.ShouldBe(1.ToString("x32", CultureInfo.InvariantCulture));
}
