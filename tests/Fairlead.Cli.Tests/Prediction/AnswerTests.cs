using Fairlead.Cli.Prediction;

namespace Fairlead.Cli.Tests.Prediction;

public sealed class AnswerTests
{
    private const string Metadata = """
        {"name":"m","versions":["1"],"platform":"onnxruntime_onnx","inputs":[{"name":"X","datatype":"FP32","shape":[-1,4]}],
         "outputs":[{"name":"label","datatype":"INT64","shape":[-1]LABELS},{"name":"scores","datatype":"FP32","shape":[-1,3]}]}
        """;

    [Theory]
    [InlineData("label", "INT64", "[2]", "Gentoo", 2L)]
    [InlineData("label", "INT64", "[9]", "9", 9L)]
    [InlineData("label", "BYTES", "[\"Adelie\"]", "Adelie", null)]
    [InlineData("label", "FP32", "[0.1,0.7,0.2]", "Chinstrap", 1L)]
    public void AnOutputWithNamesIsReadByThem(string name, string datatype, string data, string text, long? index)
    {
        var model = ModelMetadata.Parse(Metadata.Replace("LABELS", ",\"labels\":[\"Adelie\",\"Chinstrap\",\"Gentoo\"]", StringComparison.Ordinal));
        var answer = $$"""{"outputs":[{"name":"scores","datatype":"FP32","shape":[1,3],"data":[0.9,0,0.1]},{"name":"{{name}}","datatype":"{{datatype}}","shape":[1],"data":{{data}}}]}""";

        Answer.Read(answer, model).ShouldBe(new RowPrediction(text, index));
    }

    [Fact]
    public void WithoutNames_TheClassOutputIsPreferredToScores()
    {
        var model = ModelMetadata.Parse(Metadata.Replace("LABELS", "", StringComparison.Ordinal));

        Answer.Read("""{"outputs":[{"name":"scores","datatype":"FP32","data":[0.9,0,0.1]},{"name":"label","datatype":"INT64","data":[2]}]}""", model).ShouldBe(new RowPrediction("2", 2));
        Answer.Read("""{"outputs":[{"name":"scores","datatype":"FP32","data":[0.1,0.8,0.1]}]}""", model).ShouldBe(new RowPrediction("1", 1));
        Answer.Read("""{"outputs":[{"name":"scores","datatype":"FP32","data":[0.25]}]}""", model).ShouldBe(new RowPrediction("0.25", null));
    }

    [Theory]
    [InlineData("Gentoo", "Gentoo", true)]
    [InlineData("Gentoo", " Gentoo ", true)]
    [InlineData("Gentoo", "2", true)]
    [InlineData("Gentoo", "2.0", true)]
    [InlineData("Gentoo", "Adelie", false)]
    [InlineData("Gentoo", "1", false)]
    public void Truth_IsANameOrANumber(string predicted, string truth, bool correct) =>
        Scoring.IsCorrect(new RowPrediction(predicted, 2), truth).ShouldBe(correct);

    [Fact]
    public void Report_CountsOnlyWhatWasPredicted()
    {
        RowPrediction?[] predictions = [new("a", null), new("b", null), null, new("a", null)];

        Scoring.Report(predictions, ["a", "a", "a", "a"], null).ShouldBe(new PredictReport(4, 2, 2.0 / 3, 1, null));
        Scoring.Report(predictions, null, null).ShouldBe(new PredictReport(4, null, null, 1, null));
    }
}
