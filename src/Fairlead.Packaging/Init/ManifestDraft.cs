using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Onnx;

namespace Fairlead.Packaging;

/// <summary>Writes a first <c>fairlead.yaml</c> for a model, from what the model says of itself.</summary>
public static class ManifestDraft
{
    private const int MaxName = 63;

    /// <param name="path">The model file; the manifest is meant to stand beside it.</param>
    public static Result<string> FromModel(string path)
    {
        var inspected = ModelInspector.Inspect(path);
        return inspected.TryGet(out var inspection) ? FromInspection(inspection) : Result.Fail<string>(inspected.Problems);
    }

    public static string FromInspection(ModelInspection inspection)
    {
        var text = new StringBuilder();
        text.Append($"name: {NameFor(inspection.Path)}\n");
        text.Append("version: 0.1.0\n");
        text.Append("model:\n");
        text.Append($"  file: {Quote(Path.GetFileName(inspection.Path))}\n");
        AppendTensors(text, "inputs", inspection.Inputs);
        AppendTensors(text, "outputs", inspection.Outputs);
        AppendLabels(text, inspection.Outputs);
        text.Append(Starter);
        return text.ToString();
    }

    /// <summary>A valid deployment name as near to the file's as it gets: <c>My Model_v2.onnx</c> gives <c>my-model-v2</c>.</summary>
    internal static string NameFor(string path)
    {
        var letters = Path.GetFileNameWithoutExtension(path).ToLowerInvariant().Select(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') ? c : '-');
        var words = string.Concat(letters).Split('-', StringSplitOptions.RemoveEmptyEntries);
        var joined = string.Join('-', words);
        var name = (joined.Length > MaxName ? joined[..MaxName] : joined).Trim('-');
        return DeploymentName.TryParse(name, out _) ? name : "model";
    }

    private static void AppendTensors(StringBuilder text, string title, IReadOnlyList<TensorInfo> tensors)
    {
        text.Append($"  # {title}:\n");
        foreach (var tensor in tensors)
        {
            var classes = tensor.Classes is { } names ? $", one column per class: {string.Join(", ", names.Take(10).Select(OneLine))}{(names.Count > 10 ? ", …" : "")}" : "";
            text.Append($"  #   {OneLine(tensor.Name)}: {OneLine(ProtocolTypes.Describe(tensor))}{classes}\n");
        }
    }

    private static void AppendLabels(StringBuilder text, IReadOnlyList<TensorInfo> outputs)
    {
        var named = outputs.Where(o => o.Classes is { } names && names.Any(n => !long.TryParse(n, out _))).ToList();
        if (named.Count == 0)
        {
            text.Append("  # labels: {OUTPUT: [first class, second class]}   # names of an output's classes\n");
            return;
        }

        text.Append("  labels:\n");
        foreach (var output in named) text.Append($"    {Quote(output.Name)}: [{string.Join(", ", output.Classes!.Select(Quote))}]\n");
    }

    // A JSON string is a YAML string too; letters of other alphabets stay readable.
    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    // A comment ends with its line, so what ends lines is written as its escape.
    private static string OneLine(string text)
    {
        var quoted = Quote(text);
        return quoted.Length == text.Length + 2 && !text.Any(c => char.IsControl(c) || c is '\u0085' or '\u2028' or '\u2029') ? text : quoted;
    }

    private const string Starter = """
          # golden: golden.json        # requests with the answers they must get before a replica is ready
          # reference: reference.csv   # the data that drift is measured against
        # serve: {timeout: 30s, max_body: 16MiB}
        # resources: {cpu: 1, memory: 256MiB}
        # env: {LOG_LEVEL: information}
        # scale: {min: 2, max: 4}

        """;
}
