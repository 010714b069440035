using System.Net;
using Fairlead.Api.Wire;

namespace Fairlead.Daemon.Tests.Api;

public sealed class EventTests : IAsyncLifetime
{
    private readonly ApiUnderTest _api = new();

    public Task InitializeAsync() => _api.InitializeAsync();

    public Task DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task After_GivesWhatFollowsOldestFirst()
    {
        foreach (var text in (string[])["one", "two", "three"]) _api.Tell(text);
        (await GetAsync("?after=1")).Select(e => e.Message).ShouldBe(["two", "three"]);
        (await GetAsync("?limit=2")).Select(e => e.Message).ShouldBe(["two", "three"]);
        (await GetAsync("?deployment=nobody")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Wait_HoldsUntilThereIsOne()
    {
        var waiting = GetAsync("?after=0&wait=20s");
        _api.Tell("now");
        (await waiting.WaitAsync(TimeSpan.FromSeconds(10))).ShouldHaveSingleItem().Message.ShouldBe("now");
    }

    [Fact]
    public async Task Wait_EndsWithNothingWhenTheTimeHasPassed() => (await GetAsync("?after=0&wait=50ms")).ShouldBeEmpty();

    [Theory]
    [InlineData("?wait=10")]
    [InlineData("?limit=0")]
    [InlineData("?limit=x")]
    public async Task BadQuery_Is400(string query) => (await _api.Client.GetAsync(ApiRoutes.Events + query)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

    private async Task<IReadOnlyList<EventRecord>> GetAsync(string query) => (await _api.Client.GetFromJsonAsync(ApiRoutes.Events + query, ApiJson.Default.IReadOnlyListEventRecord))!;
}
