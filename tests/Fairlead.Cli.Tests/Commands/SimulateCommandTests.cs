using System.Text.Json;
using System.Xml.Linq;

namespace Fairlead.Cli.Tests.Commands;

public sealed class SimulateCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    public SimulateCommandTests() => _cli.WriteFile("load.csv", "second,count\n" + string.Concat(Enumerable.Range(0, 120).Select(s => $"{s},{(s < 60 ? 1 : 10)}\n")));

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task FlagsAlone_GiveAllThreeAsJson_AndAPlot()
    {
        (await _cli.RunAsync("simulate", "--trace", "load.csv", "--rate-scale", "20", "--target-p95", "100ms", "--plot", "load.svg", "--output", "json")).ShouldBe(0, _cli.Error);
        using var report = JsonDocument.Parse(_cli.Out);
        report.RootElement.GetProperty("requests").GetInt32().ShouldBe(20 * 660);
        report.RootElement.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("autoscaler").GetString()).ShouldBe(["fairlead", "hpa", "kpa"]);
        var plot = XDocument.Load(Path.Combine(_cli.Home.Root, "load.svg"));
        // Load, and replicas and p95 of each of the three.
        plot.Descendants().Count(e => e.Name.LocalName == "path").ShouldBe(7);
    }

    [Fact]
    public async Task WithoutFlags_TheManifestSays()
    {
        _cli.WriteFile("fairlead.yaml", "name: a\nversion: 1\nmodel: {command: [serve]}\nscale: {min: 2, max: 3, targets: {latency_p95: 250ms}}\n");
        (await _cli.RunAsync("simulate", "--trace", "load.csv", "--rate-scale", "100")).ShouldBe(0, _cli.Error);
        _cli.Out.ShouldContain("p95 of 250ms");
        _cli.Out.Split('\n').Single(l => l.StartsWith("fairlead", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldContain("3", "scale/max");
    }

    [Fact]
    public async Task WithMinZero_NothingRunsWhileNobodyAsks_ButForHpa()
    {
        _cli.WriteFile("load.csv", "count\n0\n1\n" + string.Concat(Enumerable.Repeat("0\n", 300)) + "1\n");
        (await _cli.RunAsync("simulate", "--trace", "load.csv", "--min", "0", "--target-p95", "100ms", "--output", "json")).ShouldBe(0, _cli.Error);
        using var report = JsonDocument.Parse(_cli.Out);
        var seconds = report.RootElement.GetProperty("results").EnumerateArray().ToDictionary(r => r.GetProperty("autoscaler").GetString()!, r => r.GetProperty("replica_seconds").GetDouble());
        seconds["hpa"].ShouldBe(303, 1);
        seconds["fairlead"].ShouldBeLessThan(100);
        seconds["kpa"].ShouldBeLessThan(100);
    }

    [Theory]
    [InlineData("FL6170", "load.csv", "20ms", false)]
    [InlineData("FL5260", "none.csv", "20ms", true)]
    [InlineData("FL5263", "load.csv", "load.csv", true)]
    public async Task WhatIsMissingOrWrong_IsUsage(string code, string trace, string service, bool target)
    {
        _cli.WriteFile("fairlead.yaml", "name: a\nversion: 1\nmodel: {command: [serve]}\n");
        string[] args = ["simulate", "--trace", trace, "--service-time", service, .. target ? (string[])["--target-p95", "100ms"] : []];
        (await _cli.RunAsync(args)).ShouldBe(2);
        _cli.Error.ShouldStartWith($"{code}: ");
    }
}
