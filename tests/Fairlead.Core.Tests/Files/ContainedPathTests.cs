using Fairlead.Core.Files;

namespace Fairlead.Core.Tests.Files;

public sealed class ContainedPathTests
{
    [Theory]
    [InlineData("a/b", "a/b")]
    [InlineData("./a//b/", "a/b")]
    [InlineData("a/../b", "b")]
    [InlineData("../a", null)]
    [InlineData("a/../../b", null)]
    [InlineData("/a", null)]
    [InlineData(".", null)]
    [InlineData("", null)]
    public void Normalize(string written, string? expected) => ContainedPath.Normalize(written).ShouldBe(expected);

    [Fact]
    public void IsBelow_FollowsLinksOnTheWay()
    {
        var root = Directory.CreateTempSubdirectory("fairlead-paths-");
        try
        {
            var folder = root.CreateSubdirectory("folder").FullName;
            Directory.CreateSymbolicLink(Path.Combine(folder, "out"), "..");
            Directory.CreateSymbolicLink(Path.Combine(folder, "in"), ".");
            File.CreateSymbolicLink(Path.Combine(folder, "loop"), "loop");

            ContainedPath.IsBelow(folder, Path.Combine(folder, "a")).ShouldBeTrue();
            ContainedPath.IsBelow(folder, Path.Combine(folder, "in/a")).ShouldBeTrue();
            ContainedPath.IsBelow(folder, Path.Combine(folder, "out/a")).ShouldBeFalse();
            ContainedPath.IsBelow(folder, Path.Combine(folder, "loop")).ShouldBeTrue();
            ContainedPath.IsBelow(folder, folder).ShouldBeFalse();
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }
}
