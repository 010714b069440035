using Fairlead.Core.Manifests.Reading;

namespace Fairlead.Core.Tests.Manifests;

public class NearestKeyTests
{
    [Theory]
    [InlineData("sclae", "scale")]
    [InlineData("scal", "scale")]
    [InlineData("maxBody", "max_body")]
    [InlineData("MAX-BODY", "max_body")]
    [InlineData("timout", "timeout")]
    [InlineData("minimum", "min")]
    [InlineData("replicas", null)]
    [InlineData("", null)]
    [InlineData("é", null)]
    public void The_nearest_word_is_named_when_it_is_near(string written, string? nearest) =>
        NearestKey.Of(written, ["min", "max_body", "scale", "timeout"]).ShouldBe(nearest);

    [Fact]
    public void Nothing_is_near_when_nothing_is_known() => NearestKey.Of("scale", []).ShouldBeNull();

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "abd", 1)]
    [InlineData("abc", "bac", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void The_distance_counts_single_slips(string a, string b, int distance) => NearestKey.Distance(a, b).ShouldBe(distance);
}
