using System.Text.Json;
using Fairlead.Training.Files;

namespace Fairlead.Examples.Tests;

/// <summary>A committed golden file, read without the code that wrote it.</summary>
internal sealed record GoldenCases(double Tolerance, IReadOnlyList<GoldenCases.Case> Cases)
{
    internal sealed record Tensor(string Name, string Datatype, long[] Shape, double[] Data);

    internal sealed record Case(string Name, IReadOnlyList<Tensor> Inputs, IReadOnlyList<Tensor> Outputs);

    internal static GoldenCases Read(string example)
    {
        using var file = File.OpenRead(Path.Combine(ExamplesFolder.Find(), example, "golden.json"));
        using var document = JsonDocument.Parse(file);
        var cases = document.RootElement.GetProperty("cases").EnumerateArray().Select(c => new Case(
            c.GetProperty("name").GetString()!,
            Tensors(c.GetProperty("request").GetProperty("inputs")),
            Tensors(c.GetProperty("response").GetProperty("outputs"))));
        return new GoldenCases(document.RootElement.GetProperty("tolerance").GetDouble(), [.. cases]);
    }

    private static Tensor[] Tensors(JsonElement list) =>
    [
        .. list.EnumerateArray().Select(t => new Tensor(
            t.GetProperty("name").GetString()!,
            t.GetProperty("datatype").GetString()!,
            [.. t.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())],
            [.. t.GetProperty("data").EnumerateArray().Select(d => d.GetDouble())])),
    ];
}
