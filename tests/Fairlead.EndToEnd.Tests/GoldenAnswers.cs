using System.Text.Json.Nodes;

namespace Fairlead.EndToEnd.Tests;

internal static class GoldenAnswers
{
    /// <summary>The same golden file with another class as the answer of its first case.</summary>
    public static string WithWrongSpecies(string golden)
    {
        var root = JsonNode.Parse(golden)!;
        var species = root["cases"]![0]!["response"]!["outputs"]!.AsArray().First(o => o!["name"]!.GetValue<string>() == "species")!;
        species["data"]![0] = (species["data"]![0]!.GetValue<int>() + 1) % 3;
        return root.ToJsonString();
    }
}
