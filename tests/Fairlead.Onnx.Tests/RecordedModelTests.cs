using System.Buffers.Binary;
using System.Text.Json;
using Fairlead.Testing.SharedData;

namespace Fairlead.Onnx.Tests;

/// <summary>Real models with the answers that were recorded for them.</summary>
public sealed class RecordedModelTests
{
    [SharedDataFact("models/mnist/vectors.json")]
    public void Mnist_GivesTheRecordedLogits()
    {
        using var model = Load("models/mnist/opt-mnist.onnx");
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(SharedFiles.PathOf("models/mnist/vectors.json")));
        foreach (var vector in vectors.RootElement.EnumerateArray())
        {
            var logits = model.Run(Tensors.Floats("Input3", [1, 1, 28, 28], Floats(vector.GetProperty("input").GetProperty("data"))))[0].Floats();

            var expected = Floats(vector.EnumerateObject().First(p => p.Name is "logits" or "output").Value);
            for (var i = 0; i < 10; i++) logits[i].ShouldBe(expected[i], 1e-4f);
            Array.IndexOf(logits, logits.Max()).ShouldBe(vector.GetProperty("label").GetInt32());
        }
    }

    [SharedDataFact("models/silero-vad/vectors.json")]
    public void Silero_FedItsOwnState_GivesTheRecordedProbabilities()
    {
        using var model = Load("models/silero-vad/silero_vad.onnx");
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(SharedFiles.PathOf("models/silero-vad/vectors.json")));
        var expected = Floats(vectors.RootElement.GetProperty("probabilities"));
        var sound = Samples(File.ReadAllBytes(SharedFiles.PathOf("models/silero-vad/test.wav")));
        var (state, worst) = (new float[256], 0f);
        for (var i = 0; i < expected.Length; i++)
        {
            // 64 samples of the window before (silence before the first) and the window of 512.
            var input = new float[576];
            if (i > 0) sound.AsSpan(i * 512 - 64, 64).CopyTo(input);
            sound.AsSpan(i * 512, 512).CopyTo(input.AsSpan(64));

            var outputs = model.Run(Tensors.Floats("input", [1, 576], input), Tensors.Floats("state", [2, 1, 128], state), Tensors.Of("sr", TensorType.Int64, [], 16000L));

            worst = Math.Max(worst, Math.Abs(outputs[0].Floats()[0] - expected[i]));
            state = outputs[1].Floats();
        }

        worst.ShouldBeLessThan(1e-4f);
    }

    [SharedDataFact("models/sklearn/logreg_iris.onnx")]
    public void LogisticRegression_GivesALabelAndProbabilitiesByClass()
    {
        using var model = Load("models/sklearn/logreg_iris.onnx");

        var outputs = model.Run(Tensors.Floats(model.Inputs[0].Name, [2, 2], 5.1f, 3.5f, 6.7f, 3.1f));

        outputs[0].Tensor.Type.ShouldBe(TensorType.Int64);
        outputs[1].Tensor.Shape.ShouldBe([2, 3]);
        model.Outputs[1].Classes.ShouldBe(["0", "1", "2"]);
        Rows(outputs[1]).ShouldAllBe(row => Math.Abs(row.Sum() - 1) < 1e-4);
    }

    [SharedDataFact("models/sklearn/rf_iris.onnx")]
    public void RandomForest_GivesTheLabelOfTheLargestProbability()
    {
        using var model = Load("models/sklearn/rf_iris.onnx");

        var outputs = model.Run(Tensors.Floats(model.Inputs[0].Name, [3, 4], 5.1f, 3.5f, 1.4f, 0.2f, 6.0f, 2.7f, 4.2f, 1.3f, 6.7f, 3.1f, 5.6f, 2.4f));

        outputs[0].Tensor.AsSpan<long>().ToArray().ShouldBe([0, 1, 2]);
        Rows(outputs[1]).Select(row => Array.IndexOf(row, row.Max())).ShouldBe([0, 1, 2]);
    }

    [SharedDataFact("models/sklearn/pipeline_titanic_nozipmap.onnx")]
    public void Titanic_TakesNumbersAndTexts()
    {
        using var model = Load("models/sklearn/pipeline_titanic_nozipmap.onnx");
        NamedTensor[] passengers = [.. model.Inputs.Select(i => i.Type switch
        {
            TensorType.String => Tensors.Strings(i.Name, [2, 1], i.Name == "sex" ? ["female", "male"] : i.Name == "embarked" ? ["C", "S"] : ["1", "3"]),
            TensorType.Int64 => Tensors.Of(i.Name, TensorType.Int64, [2, 1], 1L, 3L),
            _ => Tensors.Floats(i.Name, [2, 1], i.Name == "age" ? [30f, 40f] : [80f, 8f]),
        })];

        var outputs = model.Run(passengers);

        outputs[0].Tensor.AsSpan<long>().ToArray().ShouldBe([1, 0]);
        outputs[1].Tensor.Shape.ShouldBe([2, 2]);
    }

    [SharedDataFact("models/oip-simple/simple.onnx")]
    public void Simple_AddsAndSubtracts()
    {
        using var model = Load("models/oip-simple/simple.onnx");
        var numbers = Enumerable.Range(0, 16).ToArray();

        var outputs = model.Run(Tensors.Of("INPUT0", TensorType.Int32, [1, 16], numbers), Tensors.Of("INPUT1", TensorType.Int32, [1, 16], Enumerable.Repeat(1, 16).ToArray()));

        outputs[0].Tensor.AsSpan<int>().ToArray().ShouldBe(numbers.Select(n => n + 1));
        outputs[1].Tensor.AsSpan<int>().ToArray().ShouldBe(numbers.Select(n => n - 1));
    }

    [SharedDataFact("models/oip-simple/simple_int8.onnx")]
    public void SimpleInt8_AddsAndSubtracts()
    {
        using var model = Load("models/oip-simple/simple_int8.onnx");
        sbyte[] numbers = [.. Enumerable.Range(0, 16).Select(n => (sbyte)n)];

        var outputs = model.Run(Tensors.Of("INPUT0", TensorType.Int8, [1, 16], numbers), Tensors.Of("INPUT1", TensorType.Int8, [1, 16], Enumerable.Repeat((sbyte)1, 16).ToArray()));

        outputs[0].Tensor.AsSpan<sbyte>().ToArray().ShouldBe(numbers.Select(n => (sbyte)(n + 1)));
    }

    [SharedDataFact("models/oip-simple/simple_string.onnx")]
    public void SimpleString_AddsNumbersWrittenAsText()
    {
        using var model = Load("models/oip-simple/simple_string.onnx");
        string[] numbers = [.. Enumerable.Range(0, 16).Select(n => $"{n}")];

        var outputs = model.Run(Tensors.Strings("INPUT0", [1, 16], numbers), Tensors.Strings("INPUT1", [1, 16], [.. Enumerable.Repeat("1", 16)]));

        outputs[0].Texts().ShouldBe(Enumerable.Range(1, 16).Select(n => $"{n}"));
    }

    [SharedDataTheory("models")]
    [InlineData("oip-simple/simple_sequence.onnx")]
    [InlineData("oip-simple/simple_dyna_sequence.onnx")]
    [InlineData("sklearn/pipeline_lightgbm.onnx")]
    [InlineData("sklearn/pipeline_xgboost.onnx")]
    [InlineData("sklearn/predictable_tsne.onnx")]
    [InlineData("light/light_squeezenet.onnx")]
    [InlineData("light/light_shufflenet.onnx")]
    [InlineData("light/light_resnet50.onnx")]
    [InlineData("light/light_densenet121.onnx")]
    public void LoadsAndRunsOnZeroes(string file)
    {
        using var model = Load($"models/{file}");
        NamedTensor[] zeroes = [.. model.Inputs.Select(i =>
        {
            var shape = i.Shape.Select(size => Math.Max(1, size)).ToArray();
            return new NamedTensor(i.Name, Tensor.OfBytes(i.Type, shape, new byte[shape.Aggregate(1L, (a, b) => a * b) * i.Type.ElementSize()]));
        })];

        model.Run(zeroes).Count.ShouldBe(model.Outputs.Count);
    }

    [SharedDataFact("models/sklearn/pipeline_tfidf.onnx")]
    public void Tfidf_IsRefusedForItsLocale()
    {
        var refusal = Should.Throw<OnnxException>(() => Load("models/sklearn/pipeline_tfidf.onnx").Dispose());

        refusal.ShouldBe(OnnxFailure.LocaleMissing, "locale");
        refusal.Detail.ShouldNotBeNull();
    }

    [SharedDataFact("models/silero-vad/silero_vad.onnx")]
    public void ARealModelCutInHalfIsToldApart()
    {
        using var folder = new TestFolder();
        var whole = File.ReadAllBytes(SharedFiles.PathOf("models/silero-vad/silero_vad.onnx"));

        Should.Throw<OnnxException>(() => OnnxModel.Load(folder.Write("half.onnx", whole.AsSpan(0, whole.Length / 2)), new OnnxOptions()))
            .ShouldBe(OnnxFailure.Truncated, "cut short");
    }

    private static OnnxModel Load(string path) => OnnxModel.Load(SharedFiles.PathOf(path), new OnnxOptions(IntraOpThreads: 2));

    private static float[] Floats(JsonElement numbers) =>
        numbers.ValueKind == JsonValueKind.Array ? [.. numbers.EnumerateArray().SelectMany(n => n.ValueKind == JsonValueKind.Array ? Floats(n) : [n.GetSingle()])] : Floats(numbers.GetProperty("data"));

    private static IEnumerable<float[]> Rows(NamedTensor tensor) => tensor.Floats().Chunk((int)tensor.Tensor.Shape[1]);

    // A RIFF header of 44 bytes, then signed 16-bit samples.
    private static float[] Samples(ReadOnlySpan<byte> wave)
    {
        var samples = new float[(wave.Length - 44) / 2];
        for (var i = 0; i < samples.Length; i++) samples[i] = BinaryPrimitives.ReadInt16LittleEndian(wave[(44 + 2 * i)..]) / 32768f;
        return samples;
    }
}
