using System.Text.Json;
using Fairlead.Core.Results;

namespace Fairlead.ModelServer.Loading;

/// <summary>A request with the answer it must get.</summary>
/// <param name="Request">An inference request of the protocol, as JSON.</param>
/// <param name="Outputs">The tensors that the answer must hold; those it does not name are not looked at.</param>
internal sealed record GoldenCase(string Name, byte[] Request, IReadOnlyList<GoldenOutput> Outputs);

/// <param name="Data">Flat or nested, as in the protocol.</param>
internal sealed record GoldenOutput(string Name, string Datatype, IReadOnlyList<long> Shape, JsonElement Data);

/// <summary><c>golden.json</c>: <c>{"tolerance": 1e-4, "cases": [{"name", "request": {"inputs": […]}, "response": {"outputs": […]}}]}</c>.</summary>
/// <param name="Tolerance">How far a floating-point element may lie from the expected one, times the larger of 1 and its size.</param>
internal sealed record GoldenFile(double Tolerance, IReadOnlyList<GoldenCase> Cases)
{
    private const double DefaultTolerance = 1e-4;

    public static Result<GoldenFile> Read(string name, byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var tolerance = root.TryGetProperty("tolerance", out var given) ? given.GetDouble() : DefaultTolerance;
            if (!double.IsFinite(tolerance) || tolerance < 0) return ServerProblems.GoldenInvalid(name, "its tolerance is not a number of 0 or more.");
            GoldenCase[] cases = [.. root.GetProperty("cases").EnumerateArray().Select(ReadCase)];
            return cases.Length == 0 ? ServerProblems.GoldenInvalid(name, "it holds no case.") : new GoldenFile(tolerance, cases);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return ServerProblems.GoldenInvalid(name, $"it is not of the golden format ({e.Message})");
        }
    }

    private static GoldenCase ReadCase(JsonElement element, int index)
    {
        var name = element.TryGetProperty("name", out var given) ? given.GetString() : null;
        var outputs = element.GetProperty("response").GetProperty("outputs").EnumerateArray().Select(ReadOutput);
        return new GoldenCase(name ?? $"case {index}", System.Text.Encoding.UTF8.GetBytes(element.GetProperty("request").GetRawText()), [.. outputs]);
    }

    private static GoldenOutput ReadOutput(JsonElement element) => new(
        element.GetProperty("name").GetString() ?? "",
        element.GetProperty("datatype").GetString() ?? "",
        [.. element.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())],
        element.GetProperty("data").Clone());
}
