using System.Text.Json;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Testing.SharedData;

namespace Fairlead.ModelServer.Tests.Loading;

/// <summary>Real models give their recorded answers through the server.</summary>
public sealed class RecordedModelTests
{
    [SharedDataFact("models/mnist/opt-mnist.onnx")]
    public async Task Mnist_GivesTheRecordedLogits()
    {
        var labels = Enumerable.Range(0, 10).Select(d => d.ToString(System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        using var folder = Packed("models/mnist/opt-mnist.onnx", "Plus214_Output_0", labels);
        await using var server = await TestServer.StartAsync(folder.Path);
        var vectors = JsonElement.Parse(await File.ReadAllBytesAsync(SharedFiles.PathOf("models/mnist/vectors.json")));
        foreach (var vector in vectors.EnumerateArray())
        {
            var outputs = await server.OutputsAsync($$"""{"inputs":[{{vector.GetProperty("input").GetRawText()}}]}""");
            var logits = outputs["Plus214_Output_0"].GetProperty("data").EnumerateArray().Select(v => v.GetDouble()).ToArray();
            Array.IndexOf(logits, logits.Max()).ShouldBe(vector.GetProperty("label").GetInt32());
        }

        (await server.MetricsAsync()).ShouldContain("fairlead_predictions_total{model=\"m\",output=\"Plus214_Output_0\",label=\"7\"} 1\n");
        (await server.Client.GetStringAsync("/v2/models/m")).ShouldContain("\"labels\":[\"0\",\"1\"");
    }

    [SharedDataFact("models/sklearn/pipeline_titanic_nozipmap.onnx")]
    public async Task Titanic_TakesNumbersAndTextsAndCountsItsPredictions()
    {
        using var folder = Packed("models/sklearn/pipeline_titanic_nozipmap.onnx", "label", "died", "survived");
        await using var server = await TestServer.StartAsync(folder.Path);
        var metadata = JsonElement.Parse(await server.Client.GetStringAsync("/v2/models/m"));
        var inputs = metadata.GetProperty("inputs").EnumerateArray().Select(i => (Name: i.GetProperty("name").GetString()!, Type: i.GetProperty("datatype").GetString()!));
        var tensors = inputs.Select(i => $$"""{"name":"{{i.Name}}","datatype":"{{i.Type}}","shape":[2,1],"data":{{Passengers(i.Name, i.Type)}}}""");

        var outputs = await server.OutputsAsync($$"""{"inputs":[{{string.Join(',', tensors)}}]}""");

        outputs["label"].GetProperty("data").GetRawText().ShouldBe("[1,0]");
        outputs["probabilities"].GetProperty("shape").GetRawText().ShouldBe("[2,2]");
        var metrics = await server.MetricsAsync();
        metrics.ShouldContain("label=\"died\"} 1\n");
        metrics.ShouldContain("label=\"survived\"} 1\n");
    }

    [SharedDataFact("models/oip-simple/simple_string.onnx")]
    public async Task SimpleString_AddsNumbersWrittenAsText()
    {
        using var folder = Packed("models/oip-simple/simple_string.onnx");
        await using var server = await TestServer.StartAsync(folder.Path);
        var numbers = string.Join(',', Enumerable.Range(0, 16).Select(n => $"\"{n}\""));
        var ones = string.Join(',', Enumerable.Repeat("\"1\"", 16));
        var outputs = await server.OutputsAsync($$"""{"inputs":[{"name":"INPUT0","datatype":"BYTES","shape":[1,16],"data":[{{numbers}}]},{"name":"INPUT1","datatype":"BYTES","shape":[1,16],"data":[{{ones}}]}],"outputs":[{"name":"OUTPUT1"},{"name":"OUTPUT0"}]}""");
        outputs.Keys.ShouldBe(["OUTPUT1", "OUTPUT0"]);
        outputs["OUTPUT0"].GetProperty("data").EnumerateArray().Select(v => v.GetString()).ShouldBe(Enumerable.Range(1, 16).Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    [SharedDataFact("models/silero-vad/silero_vad.onnx")]
    public async Task Silero_GivesTheRecordedProbabilitiesStateByState()
    {
        using var folder = Packed("models/silero-vad/silero_vad.onnx");
        await using var server = await TestServer.StartAsync(folder.Path);
        var recorded = JsonElement.Parse(await File.ReadAllBytesAsync(SharedFiles.PathOf("models/silero-vad/vectors.json"))).GetProperty("probabilities").EnumerateArray().Select(p => p.GetDouble()).Take(30).ToArray();
        var speech = (await File.ReadAllBytesAsync(SharedFiles.PathOf("models/silero-vad/test.wav"))).AsMemory(44);
        var state = "[" + string.Join(',', Enumerable.Repeat("0", 256)) + "]";
        for (var window = 0; window < recorded.Length; window++)
        {
            var samples = Enumerable.Range((window * 512) - 64, 576).Select(i => i < 0 ? 0f : BitConverter.ToInt16(speech.Span[(i * 2)..]) / 32768f);
            var outputs = await server.OutputsAsync($$"""{"inputs":[{"name":"input","datatype":"FP32","shape":[1,576],"data":{{JsonSerializer.Serialize(samples)}}},{"name":"state","datatype":"FP32","shape":[2,1,128],"data":{{state}}},{"name":"sr","datatype":"INT64","shape":[],"data":[16000]}]}""");
            outputs["output"].GetProperty("data")[0].GetDouble().ShouldBe(recorded[window], 1e-3, $"window {window}");
            state = outputs["stateN"].GetProperty("data").GetRawText();
        }
    }

    private static string Passengers(string name, string datatype) => (name, datatype) switch
    {
        ("sex", _) => "[\"female\",\"male\"]",
        ("embarked", _) => "[\"C\",\"S\"]",
        (_, "BYTES") => "[\"1\",\"3\"]",
        (_, "INT64") => "[1,3]",
        ("age", _) => "[30,40]",
        _ => "[80,8]",
    };

    private static PackedFolder Packed(string path, string? output = null, params string[] labels) => PackedFolder.Of(
        File.ReadAllBytes(SharedFiles.PathOf(path)),
        d => output is null ? d : d with { Labels = new Dictionary<string, IReadOnlyList<string>> { [output] = labels } });
}
