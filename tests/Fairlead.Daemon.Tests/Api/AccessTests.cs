using System.Net;
using Fairlead.Api.Wire;
using Fairlead.Daemon.Api;

namespace Fairlead.Daemon.Tests.Api;

public sealed class AccessTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    [InlineData("")]
    public async Task WithoutTheToken_IsRefused(string? token)
    {
        using var client = api.NewClient(null);
        if (token is not null) client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        var answer = await client.GetAsync(ApiRoutes.Info);
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await ApiUnderTest.ProblemAsync(answer)).Code.ShouldBe("FL5220");
    }

    [Theory]
    [InlineData(ApiRoutes.Health)]
    [InlineData(ApiRoutes.OpenApi)]
    public async Task HealthAndDocument_NeedNoToken(string path)
    {
        using var client = api.NewClient(null);
        (await client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task OtherHost_IsRefusedEvenWithTheToken()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ApiRoutes.Info) { Headers = { Host = "evil.example" } };
        var answer = await api.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ApiUnderTest.ProblemAsync(answer)).Code.ShouldBe("FL5221");
    }

    [Fact]
    public async Task Localhost_IsAccepted()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ApiRoutes.Info) { Headers = { Host = "localhost:1" } };
        (await api.Client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("127.0.0.1:7070", true)]
    [InlineData("localhost:0", true)]
    [InlineData("[::1]:7070", true)]
    [InlineData("127.3.2.1:7070", true)]
    [InlineData("0.0.0.0:7070", false)]
    [InlineData("192.168.0.1:7070", false)]
    [InlineData("nonsense", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.0.0.1:99999", false)]
    public void Address_MustBeLoopbackAndHaveAPort(string text, bool ok) => ApiServer.ParseAddress(text).IsOk.ShouldBe(ok, text);

    [Fact]
    public async Task Unknown_IsAProblemToo()
    {
        var answer = await api.Client.GetAsync("/v1/nothing");
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ApiUnderTest.ProblemAsync(answer)).Code.ShouldBe("FL5223");
        (await api.Client.DeleteAsync(ApiRoutes.Info)).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task OpenApiDocument_HasExactlyTheRoutes()
    {
        using var document = System.Text.Json.JsonDocument.Parse(await api.Client.GetStringAsync(ApiRoutes.OpenApi));
        var paths = document.RootElement.GetProperty("paths").EnumerateObject().Select(p => p.Name);
        var routes = typeof(ApiRoutes).GetFields().Where(f => f.Name is not nameof(ApiRoutes.OpenApi)).Select(f => (string)f.GetRawConstantValue()!).Where(v => v.StartsWith('/'));
        paths.ShouldBe(routes, ignoreOrder: true);
        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(s => s.Name).ToList();
        foreach (var type in (string[])["DeployRequest", "DeployAccepted", "DeploymentStatus", "ProblemReport", "WhyReport", "EventRecord", "PlanReport", "RevisionSummary", "ControllerInfo", "ScaleRequest", "LogRecord"])
        {
            schemas.ShouldContain(type);
        }

        document.RootElement.ToString().ShouldContain("requests_per_second");
    }
}
