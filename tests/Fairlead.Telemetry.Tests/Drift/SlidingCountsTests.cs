using Fairlead.Telemetry.Drift;
using Fairlead.Testing.Time;

namespace Fairlead.Telemetry.Tests.Drift;

public sealed class SlidingCountsTests
{
    private static readonly SlidingWindow Window = new() { Rows = 100, AtLeast = TimeSpan.FromSeconds(60), AtMost = TimeSpan.FromMinutes(30) };
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void FeaturesAreCountedApart()
    {
        var counts = new SlidingCounts([2, 3], Window, _time);
        Add(counts, 0, 1);
        Add(counts, 1, 2);
        counts.Read(0).ShouldBe([0, 1]);
        counts.Read(1).ShouldBe([0, 0, 1]);
        Should.Throw<ArgumentOutOfRangeException>(() => counts.Add(0, 2));
    }

    [Fact]
    public void OldRowsLeave_WhenTwoHalvesHavePassed()
    {
        var counts = new SlidingCounts([2], Window, _time);
        for (var half = 0; half < 3; half++)
        {
            for (var i = 0; i < 64; i++) Add(counts, 0, half == 0 ? 0 : 1);
            _time.Advance(TimeSpan.FromSeconds(30));
        }

        // The time is looked at once in 16 calls: up to 15 rows are counted in the half before.
        counts.Read(0)[0].ShouldBe(0, "the first half has left");
        counts.Read(0)[1].ShouldBeInRange(64 - 15, 2 * 64);
    }

    [Fact]
    public void ManyRowsInNoTime_AreKept()
    {
        var counts = new SlidingCounts([2], Window, _time);
        for (var i = 0; i < 10_000; i++) Add(counts, 0, i % 2);
        counts.Read(0).ShouldBe([5000, 5000]);
    }

    [Fact]
    public void FewRows_AreForgottenAtLast()
    {
        var counts = new SlidingCounts([2], Window, _time);
        Add(counts, 0, 0);
        _time.Advance(TimeSpan.FromMinutes(15));
        counts.Read(0).ShouldBe([1, 0]);
        _time.Advance(TimeSpan.FromMinutes(15));
        counts.Read(0).ShouldBe([0, 0]);
    }

    [Fact]
    public void NobodyLookingForLong_LeavesNothingOld()
    {
        var counts = new SlidingCounts([2], Window, _time);
        Add(counts, 0, 0);
        _time.Advance(TimeSpan.FromHours(2));
        counts.Read(0).ShouldBe([0, 0]);
    }

    private static void Add(SlidingCounts counts, int feature, int bin)
    {
        counts.Begin(1);
        counts.Add(feature, bin);
    }
}
