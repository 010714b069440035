using Fairlead.Gateway.Forwarding;

namespace Fairlead.Gateway.Tests.Forwarding;

public class HeaderRulesTests
{
    [Theory]
    [InlineData("X-Own", "", true)]
    [InlineData("x-own", "close, X-OWN", false)]
    [InlineData("X-Own", "X-Own-Too,close", true)]
    [InlineData("Accept", "keep-alive", true)]
    [InlineData("keep-alive", "", false)]
    [InlineData("TRANSFER-ENCODING", "", false)]
    [InlineData("X-Forwarded-For", "", false)]
    [InlineData("tracestate", "", true)]
    public void PassesToReplica_NotWhatBelongsToTheConnection(string name, string connection, bool passes) =>
        HeaderRules.PassesToReplica(name, connection).ShouldBe(passes);

    [Fact]
    public void PassesToClient_ListedByTwoConnectionHeaders_NeitherPasses()
    {
        HeaderRules.PassesToClient("X-One", new(["close", "X-One"])).ShouldBeFalse();
        HeaderRules.PassesToClient("X-Two", new(["X-Two", "X-One"])).ShouldBeFalse();
        HeaderRules.PassesToClient("Server", new(["X-Two", "X-One"])).ShouldBeTrue();
    }
}
