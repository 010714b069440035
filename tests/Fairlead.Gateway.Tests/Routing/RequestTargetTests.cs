using Fairlead.Gateway.Routing;

namespace Fairlead.Gateway.Tests.Routing;

public class RequestTargetTests
{
    [Theory]
    [InlineData("/v2/models/m/infer", nameof(TargetKind.Model), "m", null, "/v2/models/m/infer")]
    [InlineData("/v2/models/m", nameof(TargetKind.Model), "m", null, "/v2/models/m")]
    [InlineData("/v2/models/m/versions/1.2/infer?x", nameof(TargetKind.Model), "m", "1.2", "/v2/models/m/versions/1.2/infer?x")]
    [InlineData("/v2/models/m/versions/1%2Bb", nameof(TargetKind.Model), "m", "1+b", "/v2/models/m/versions/1%2Bb")]
    [InlineData("/v2/models/m/versions/", nameof(TargetKind.Model), "m", null, "/v2/models/m/versions/")]
    [InlineData("/services/s/a?/../", nameof(TargetKind.Service), "s", null, "/a?/../")]
    [InlineData("http://h:1/services/s/a", nameof(TargetKind.Service), "s", null, "/a")]
    [InlineData("http://h", nameof(TargetKind.Own), "", null, "/")]
    [InlineData("*", nameof(TargetKind.Own), "", null, "/")]
    [InlineData("/v2", nameof(TargetKind.Own), "", null, "/v2")]
    [InlineData("/services/s/../t", nameof(TargetKind.Ambiguous), "", null, "")]
    [InlineData("/services/s/%2E%2e/t", nameof(TargetKind.Ambiguous), "", null, "")]
    [InlineData("/services/s/.%2e", nameof(TargetKind.Ambiguous), "", null, "")]
    [InlineData("/services/s/./t", nameof(TargetKind.Ambiguous), "", null, "")]
    [InlineData("/services/s/...", nameof(TargetKind.Service), "s", null, "/...")]
    public void Parse_NamesTheDeploymentAndWhatTheReplicaGets(string raw, string kind, string deployment, string? version, string forward)
    {
        var target = RequestTarget.Parse(raw);

        (target.Kind.ToString(), target.Deployment, target.Version, target.Forward).ShouldBe((kind, deployment, version, forward));
    }

    [Theory]
    [InlineData("/v2/models/m/ready", true)]
    [InlineData("/v2/models/m/versions/1/ready", true)]
    [InlineData("/v2/models/m/infer", false)]
    [InlineData("/services/s/ready", false)]
    public void Parse_OnlyAModelsReadinessIsAProbe(string raw, bool probe) => RequestTarget.Parse(raw).IsProbe.ShouldBe(probe);
}
