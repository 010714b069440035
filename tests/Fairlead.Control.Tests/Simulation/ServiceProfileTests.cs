using Fairlead.Control.Simulation;

namespace Fairlead.Control.Tests.Simulation;

public sealed class ServiceProfileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void TimesAreDrawnAlongTheQuantiles()
    {
        var profile = Read("""{"format":"fairlead/service-time/1","workers":2,"quantiles":[[0,0.01],[0.5,0.02],[1,0.04]]}""").Value;
        profile.Workers.ShouldBe(2);
        var service = profile.ServiceTime();
        service.Mean.ShouldBe(0.0225, 1e-9);
        var random = new Random(1);
        var drawn = Enumerable.Range(0, 20_000).Select(_ => service.Next(random)).Order().ToList();
        drawn[0].ShouldBeGreaterThanOrEqualTo(0.01);
        drawn[^1].ShouldBeLessThanOrEqualTo(0.04);
        drawn[drawn.Count / 2].ShouldBe(0.02, 0.001);
        drawn.Average().ShouldBe(0.0225, 0.0005);
    }

    [Theory]
    [InlineData("""{"format":"other","workers":1,"quantiles":[[0,1],[1,2]]}""", "format")]
    [InlineData("""{"format":"fairlead/service-time/1","workers":0,"quantiles":[[0,1],[1,2]]}""", "workers")]
    [InlineData("""{"format":"fairlead/service-time/1","workers":1,"quantiles":[[0,2],[1,1]]}""", "grow")]
    [InlineData("""{"format":"fairlead/service-time/1","workers":1,"quantiles":[[0,1],[0.9,2]]}""", "reach")]
    [InlineData("""{"format":"fairlead/service-time/1","workers":1}""", "quantiles")]
    [InlineData("[", "profile")]
    public void WhatIsNoProfile_IsToldWhy(string text, string why)
    {
        var problem = Read(text).Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe("FL5263");
        problem.Message.ShouldContain(why);
    }

    public void Dispose() => File.Delete(_file);

    private Core.Results.Result<ServiceProfile> Read(string text)
    {
        File.WriteAllText(_file, text);
        return ServiceProfile.Read(_file);
    }
}
