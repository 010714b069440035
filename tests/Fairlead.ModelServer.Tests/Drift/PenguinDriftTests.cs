using System.Globalization;
using System.Text;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Telemetry.Drift;
using Fairlead.Telemetry.Prometheus;

namespace Fairlead.ModelServer.Tests.Drift;

/// <summary>The penguins example: its hold-out is no shift, and one column moved by a standard deviation is one of that column.</summary>
public sealed class PenguinDriftTests
{
    private static readonly string[] Inputs = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"];

    [Theory]
    [InlineData(null)]
    [InlineData("bill_length_mm")]
    [InlineData("flipper_length_mm")]
    public async Task HoldOut_IsNoShift_AndAMovedColumnIsOneOfThatColumn(string? moved)
    {
        using var folder = Penguins();
        await using var server = await StartAsync(folder);
        var rows = Rows();
        foreach (var row in rows) (await server.OutputsAsync(Request(row, moved, Deviation(rows, moved)))).Count.ShouldBe(2);

        var shifts = await ShiftsAsync(server, "fairlead_feature_shift", "feature");
        shifts.Keys.ShouldBe(Inputs, ignoreOrder: true);
        foreach (var (feature, shift) in shifts)
        {
            if (feature == moved) shift.ShouldBeGreaterThan(0.25);
            else shift.ShouldBeLessThan(0.1, feature);
        }

        var predictions = await ShiftsAsync(server, "fairlead_prediction_shift", "output");
        predictions.Keys.ShouldBe(["species", "probabilities"], ignoreOrder: true);
        if (moved is null) predictions.Values.Max().ShouldBeLessThan(0.1);
        var scores = PrometheusReader.Read(Encoding.UTF8.GetBytes(await server.MetricsAsync())).Sum("fairlead_prediction_score_count", ("model", "m"), ("output", "probabilities"));
        scores.ShouldBe(rows.Count);
    }

    [Fact]
    public async Task TooFewRequests_HaveNoGauge()
    {
        using var folder = Penguins();
        await using var server = await StartAsync(folder);
        foreach (var row in Rows().Take(20)) await server.OutputsAsync(Request(row, null, 0));
        (await server.MetricsAsync()).ShouldNotContain("_shift{");
    }

    [Fact]
    public async Task OneRequestOfManyRows_IsSampled()
    {
        using var folder = Penguins();
        await using var server = await StartAsync(folder);
        var rows = Rows();
        var tensors = Inputs.Select(i => $$"""{"name":"{{i}}","datatype":"FP32","shape":[{{rows.Count}},1],"data":[{{string.Join(',', rows.Select(r => r[i].ToString(CultureInfo.InvariantCulture)))}}]}""");
        var request = $$"""{"inputs":[{{string.Join(',', tensors)}}]}""";
        for (var i = 0; i < 12; i++) await server.OutputsAsync(request);
        (await ShiftsAsync(server, "fairlead_feature_shift", "feature")).Count.ShouldBe(0, "4 rows of each request are looked at");
        for (var i = 0; i < 24; i++) await server.OutputsAsync(request);
        (await ShiftsAsync(server, "fairlead_feature_shift", "feature")).Values.Max().ShouldBeLessThan(0.25);
    }

    private static PackedFolder Penguins()
    {
        var folder = PackedFolder.Of(File.ReadAllBytes(Example("penguins.onnx")), d => d with { Reference = "reference.csv" });
        File.Copy(Example("reference.csv"), folder.PathOf("reference.csv"));
        return folder;
    }

    private static async Task<TestServer> StartAsync(PackedFolder folder)
    {
        var server = await TestServer.StartAsync(folder.Path);
        await server.UntilAsync(() => server.Log.Contains("\"event\":2215", StringComparison.Ordinal), "the reference is read");
        return server;
    }

    private static async Task<Dictionary<string, double>> ShiftsAsync(TestServer server, string metric, string label) =>
        PrometheusReader.Read(Encoding.UTF8.GetBytes(await server.MetricsAsync())).Samples.Where(s => s.Name == metric).ToDictionary(s => s.Label(label)!, s => s.Value);

    private static string Request(IReadOnlyDictionary<string, double> row, string? moved, double by)
    {
        var tensors = Inputs.Select(i => $$"""{"name":"{{i}}","datatype":"FP32","shape":[1,1],"data":[{{(row[i] + (i == moved ? by : 0)).ToString(CultureInfo.InvariantCulture)}}]}""");
        return $$"""{"inputs":[{{string.Join(',', tensors)}}]}""";
    }

    private static List<Dictionary<string, double>> Rows()
    {
        var table = CsvTable.Read(new StringReader(File.ReadAllText(Example("holdout.csv"))));
        return [.. Enumerable.Range(0, table.Rows).Select(r => Inputs.ToDictionary(i => i, i => double.Parse(table.Columns[table.Header.ToList().IndexOf(i)][r], CultureInfo.InvariantCulture)))];
    }

    private static double Deviation(List<Dictionary<string, double>> rows, string? column)
    {
        if (column is null) return 0;
        var mean = rows.Average(r => r[column]);
        return Math.Sqrt(rows.Average(r => Math.Pow(r[column] - mean, 2)));
    }

    private static string Example(string file) => Path.Combine(AppContext.BaseDirectory, "penguins", file);
}
