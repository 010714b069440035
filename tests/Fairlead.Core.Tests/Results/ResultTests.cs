using Fairlead.Core.Results;

namespace Fairlead.Core.Tests.Results;

public class ResultTests
{
    private static readonly Problem First = new("FL0001", "One thing is wrong.", "Mend it.");
    private static readonly Problem Second = new("FL0002", "Another is.", "Mend that.") { At = new SourceLocation("fairlead.yaml", 3, "scale/min") };

    [Fact]
    public void A_value_has_no_problems()
    {
        Result<int> result = 7;

        result.IsOk.ShouldBeTrue();
        result.Value.ShouldBe(7);
        result.TryGet(out var value).ShouldBeTrue();
        value.ShouldBe(7);
    }

    [Fact]
    public void A_failure_keeps_every_problem_and_its_value_throws_with_them()
    {
        var result = Result.Fail<string>([First, Second]);

        result.TryGet(out _).ShouldBeFalse();
        result.Problems.ShouldBe([First, Second]);
        var thrown = Should.Throw<InvalidOperationException>(() => result.Value).Message;
        thrown.ShouldContain("One thing is wrong.");
        thrown.ShouldContain("fairlead.yaml:3: scale/min: FL0002: Another is. Mend that.");
    }

    [Fact]
    public void A_failure_without_a_problem_is_a_bug() => Should.Throw<ArgumentException>(() => Result.Fail<int>([]));

    [Theory]
    [InlineData(0, "", "f.yaml")]
    [InlineData(2, "", "f.yaml:2")]
    [InlineData(0, "a/b", "f.yaml: a/b")]
    [InlineData(2, "a/b", "f.yaml:2: a/b")]
    public void A_location_shows_what_it_knows(int line, string path, string shown) => new SourceLocation("f.yaml", line, path).ToString().ShouldBe(shown);
}
