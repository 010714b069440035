using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Drift;

public sealed class ReferenceTests
{
    private const string Request = """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}]}""";

    [Theory]
    [InlineData("too few rows", "x[0],x[1]\n1,2\n", "FL2218", "it has 1 rows")]
    [InlineData("no such column", "a,b,c\n", "FL2218", "none of its 3 columns", "1,2,3\n")]
    [InlineData("no number", "x[0],x[1]\n", "FL2218", "is no number", "1,two\n")]
    [InlineData("ragged", "x[0],x[1]\n", "FL2218", "Line 2 has 1 cells", "1\n")]
    [InlineData("no file", null, "FL2213", "is not in the model folder")]
    public async Task UnusableReference_IsInTheLog_AndTheModelServes(string why, string? text, string code, string reason, string row = "")
    {
        using var folder = PackedFolder.Of(TinyModels.Double(), d => d with { Reference = "reference.csv" });
        if (text is not null) await File.WriteAllTextAsync(folder.PathOf("reference.csv"), text + string.Concat(Enumerable.Repeat(row, 60)));
        await using var server = await TestServer.StartAsync(folder.Path);
        await server.UntilAsync(() => server.Log.Contains("\"event\":2214", StringComparison.Ordinal), "the reference is refused");
        server.Log.ShouldContain($"\"code\":\"{code}\"", customMessage: why);
        server.Log.ShouldContain(reason, customMessage: why);
        for (var i = 0; i < 120; i++) (await server.OutputsAsync(Request)).ShouldContainKey("y");
        (await server.MetricsAsync()).ShouldNotContain("_shift{");
    }

    [Fact]
    public async Task ConstantAndMissingFeatures_AreReportedAndHarmNothing()
    {
        using var folder = PackedFolder.Of(TinyModels.Double(), d => d with { Reference = "reference.csv" });
        await File.WriteAllTextAsync(folder.PathOf("reference.csv"), "first,second\n" + string.Concat(Enumerable.Repeat("5,\n", 60)));
        await using var server = await TestServer.StartAsync(folder.Path);
        await server.UntilAsync(() => server.Log.Contains("\"event\":2215", StringComparison.Ordinal), "the reference is read");
        for (var i = 0; i < 120; i++) await server.OutputsAsync(Request);
        var metrics = await server.MetricsAsync();
        metrics.ShouldContain("fairlead_feature_shift{feature=\"first\"} 18.");
        metrics.ShouldContain("fairlead_feature_shift{feature=\"second\"} 18.");
        metrics.ShouldContain("fairlead_prediction_shift{output=\"y\"}");
    }

    [Fact]
    public async Task TextsOfTheReference_AreCategories()
    {
        using var folder = PackedFolder.Of(TinyModels.Identity(OnnxBuilder.String), d => d with { Reference = "reference.csv" });
        await File.WriteAllTextAsync(folder.PathOf("reference.csv"), "x\n" + string.Concat(Enumerable.Repeat("red\ngreen\n", 100)));
        await using var server = await TestServer.StartAsync(folder.Path);
        await server.UntilAsync(() => server.Log.Contains("\"event\":2215", StringComparison.Ordinal), "the reference is read");
        for (var i = 0; i < 10; i++) await server.OutputsAsync("""{"inputs":[{"name":"x","datatype":"BYTES","shape":[10],"data":["red","green","red","green","red","green","red","green","red","green"]}]}""");
        (await server.MetricsAsync()).ShouldContain("fairlead_feature_shift{feature=\"x\"} 0\n");
        for (var i = 0; i < 10; i++) await server.OutputsAsync("""{"inputs":[{"name":"x","datatype":"BYTES","shape":[10],"data":["blue","blue","blue","blue","blue","blue","blue","blue","blue",""]}]}""");
        var metrics = await server.MetricsAsync();
        metrics.ShouldNotContain("fairlead_feature_shift{feature=\"x\"} 0\n");
        metrics.ShouldContain("fairlead_prediction_shift{output=\"y\"} ");
    }

    [Fact]
    public async Task MissingColumn_IsReported_AndTheOthersAreMeasured()
    {
        var model = new OnnxBuilder().Node("Add", ["a", "b"], ["y"]).Input("a", OnnxBuilder.Float, "n", 1).Input("b", OnnxBuilder.Float, "n", 1).Output("y", OnnxBuilder.Float, "n", 1).Build();
        using var folder = PackedFolder.Of(model, d => d with { Reference = "reference.csv" });
        await File.WriteAllTextAsync(folder.PathOf("reference.csv"), "a,label\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"{i},x\n")));
        await using var server = await TestServer.StartAsync(folder.Path);
        await server.UntilAsync(() => server.Log.Contains("\"event\":2215", StringComparison.Ordinal), "the reference is read");
        server.Log.ShouldContain("\"code\":\"FL2219\"");
        server.Log.ShouldContain("no column for 'b'");
        for (var i = 0; i < 120; i++) await server.OutputsAsync($$"""{"inputs":[{"name":"a","datatype":"FP32","shape":[1,1],"data":[{{i % 100}}]},{"name":"b","datatype":"FP32","shape":[1,1],"data":[1]}]}""");
        var metrics = await server.MetricsAsync();
        metrics.ShouldContain("fairlead_feature_shift{feature=\"a\"}");
        metrics.ShouldNotContain("fairlead_prediction_shift{");
    }
}
