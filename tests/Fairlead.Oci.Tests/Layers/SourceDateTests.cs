using Fairlead.Oci.Layers;

namespace Fairlead.Oci.Tests.Layers;

public class SourceDateTests
{
    [Theory]
    [InlineData(null, 0)]
    [InlineData("", 0)]
    [InlineData("0", 0)]
    [InlineData("1767225600", 1767225600)]
    public void SecondsSince1970_OrNothing(string? value, long seconds) => SourceDate.Read(value).Value.ToUnixTimeSeconds().ShouldBe(seconds);

    [Theory]
    [InlineData("yesterday")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("999999999999999")]
    public void AnythingElseIsAProblem(string value) => SourceDate.Read(value).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7003");
}
