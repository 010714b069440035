using System.Text.Json;

namespace Fairlead.EndToEnd.Tests;

public class PredictTests
{
    [Fact]
    public async Task TheHoldOutIsScoredWithTheAccuracyThatTheTrainerReported()
    {
        await using var home = Built.NewHome();
        (await home.RunAsync("up", Built.Example("penguins"), "-d")).ExitCode.ShouldBe(0);

        var predict = await home.RunAsync("predict", "penguins", "--csv", Path.Combine(Built.Example("penguins"), "holdout.csv"), "--label", "species", "--output", "json");

        predict.ExitCode.ShouldBe(0, predict.ToString());
        using var report = JsonDocument.Parse(predict.Output);
        report.RootElement.GetProperty("failed").GetInt32().ShouldBe(0);
        report.RootElement.GetProperty("accuracy").GetDouble().ShouldBeGreaterThanOrEqualTo(0.97);
    }
}
