using System.Text;
using System.Text.Json;
using Fairlead.Core.Results;

namespace Fairlead.Core.Models.Golden;

/// <summary>Reads a golden file strictly: an unknown key, a missing one or a shape that does not fit its data is a problem, not a case that is never checked.</summary>
public static class GoldenReader
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <param name="json">UTF-8.</param>
    /// <param name="fileName">Named in problems.</param>
    public static Result<GoldenFile> Read(ReadOnlyMemory<byte> json, string fileName)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return new Reading().File(document.RootElement);
        }
        catch (JsonException e)
        {
            return At(fileName, (int)(e.LineNumber ?? -1) + 1, GoldenProblems.NotJson(e.Message.Split(" LineNumber:")[0]));
        }
        catch (GoldenException e)
        {
            return At(fileName, 0, GoldenProblems.Invalid(e.Message)) with { At = new SourceLocation(fileName, 0, e.Path) };
        }
    }

    private static Problem At(string fileName, int line, Problem problem) => problem with { At = new SourceLocation(fileName, line, "") };

    private sealed class GoldenException(string path, string message) : Exception(message)
    {
        public string Path { get; } = path;
    }

    private sealed class Reading
    {
        private readonly HashSet<string> _names = new(StringComparer.Ordinal);

        public GoldenFile File(JsonElement root)
        {
            var keys = Keys(root, "", required: ["cases"], optional: ["tolerance"]);
            var tolerance = keys.TryGetValue("tolerance", out var given) ? Tolerance(given) : GoldenFile.DefaultTolerance;
            var cases = Items(keys["cases"], "cases").Select((c, i) => Case(c, $"cases/{i}")).ToList();
            return cases.Count > 0 ? new GoldenFile(tolerance, cases) : throw new GoldenException("cases", "There is no case.");
        }

        private GoldenCase Case(JsonElement element, string path)
        {
            var keys = Keys(element, path, required: ["name", "request", "response"], optional: []);
            var name = Text(keys["name"], $"{path}/name");
            if (!_names.Add(name)) throw new GoldenException($"{path}/name", $"Two cases are named '{name}'.");
            if (keys["request"].ValueKind != JsonValueKind.Object || !keys["request"].TryGetProperty("inputs", out _)) throw new GoldenException($"{path}/request", "A request is an object with 'inputs'.");
            var response = Keys(keys["response"], $"{path}/response", required: ["outputs"], optional: ["model_name", "model_version", "id", "parameters"]);
            var outputs = Items(response["outputs"], $"{path}/response/outputs").Select((o, i) => Output(o, $"{path}/response/outputs/{i}")).ToList();
            if (outputs.Count == 0) throw new GoldenException($"{path}/response/outputs", "There is no output to compare.");
            return new GoldenCase(name, Encoding.UTF8.GetBytes(keys["request"].GetRawText()), outputs);
        }

        private static GoldenOutput Output(JsonElement element, string path)
        {
            var keys = Keys(element, path, required: ["name", "datatype", "shape", "data"], optional: ["parameters"]);
            var shape = Items(keys["shape"], $"{path}/shape")
                .Select((s, i) => s.ValueKind == JsonValueKind.Number && s.TryGetInt64(out var size) && size >= 0 ? size : throw new GoldenException($"{path}/shape/{i}", "A size is a whole number from 0 on."))
                .ToList();
            var data = new List<JsonElement>();
            Flatten(keys["data"], $"{path}/data", data);
            if (shape.Aggregate(1.0, (product, size) => product * size) != data.Count)
            {
                throw new GoldenException($"{path}/data", $"The shape [{string.Join(',', shape)}] does not fit {data.Count} elements.");
            }

            return new GoldenOutput(Text(keys["name"], $"{path}/name"), Text(keys["datatype"], $"{path}/datatype"), shape, data);
        }

        private static void Flatten(JsonElement element, string path, List<JsonElement> into)
        {
            foreach (var item in Items(element, path))
            {
                if (item.ValueKind == JsonValueKind.Array) Flatten(item, path, into);
                else if (item.ValueKind is JsonValueKind.Object or JsonValueKind.Null) throw new GoldenException(path, "An element is a number, a text or a truth value.");
                else into.Add(item.Clone());
            }
        }

        private static double Tolerance(JsonElement element) =>
            element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var value) && value >= 0 && double.IsFinite(value)
                ? value
                : throw new GoldenException("tolerance", "The tolerance is a number from 0 on, such as 0.0001.");

        private static string Text(JsonElement element, string path) =>
            element.ValueKind == JsonValueKind.String && element.GetString() is { Length: > 0 } text ? text : throw new GoldenException(path, "This is a text that is not empty.");

        private static JsonElement.ArrayEnumerator Items(JsonElement element, string path) =>
            element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : throw new GoldenException(path, "This is a list.");

        private static Dictionary<string, JsonElement> Keys(JsonElement element, string path, string[] required, string[] optional)
        {
            var at = path.Length == 0 ? "" : path + "/";
            if (element.ValueKind != JsonValueKind.Object) throw new GoldenException(path, "This is an object.");
            var keys = element.EnumerateObject().ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);
            if (keys.Keys.FirstOrDefault(k => !required.Contains(k) && !optional.Contains(k)) is { } unknown)
            {
                throw new GoldenException(at + unknown, $"The key is not known; there are {string.Join(", ", required.Concat(optional))}.");
            }

            return required.FirstOrDefault(k => !keys.ContainsKey(k)) is { } missing ? throw new GoldenException(at + missing, "The key is missing.") : keys;
        }
    }
}
