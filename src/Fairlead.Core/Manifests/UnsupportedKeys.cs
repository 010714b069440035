using Fairlead.Core.Manifests.Reading;
using Fairlead.Core.Manifests.Yaml;

namespace Fairlead.Core.Manifests;

/// <summary>Keys that are read and checked, and whose function does not exist yet. Who builds the function deletes the row.</summary>
internal static class UnsupportedKeys
{
    private const string Remove = "Remove the key";

    private static readonly (string Path, Func<string, bool>? When, string Meanwhile)[] Rows =
    [
        ("rollout/strategy", text => text is "shadow", "Write 'strategy: rolling' or 'strategy: canary'."),
        ("rollout/judge/prediction_shift", null, $"{Remove}; error_rate and latency_p95 are judged."),
        ("network/allow_from", null, $"{Remove}; who reaches the gateway reaches the deployment."),
        ("alerts", null, $"{Remove}; 'fairlead why' and 'fairlead events' say what is wrong."),
    ];

    /// <summary>Whether the key is refused whatever its value.</summary>
    public static bool Has(string path) => Rows.Any(r => r.Path == path && r.When is null);

    public static void Refuse(YamlMap root, ProblemLog problems)
    {
        foreach (var (path, when, meanwhile) in Rows)
        {
            if (Find(root, path) is not { } node) continue;
            if (when is not null && (node is not YamlScalar scalar || !when(scalar.Text))) continue;
            var what = node is YamlScalar value && when is not null ? $"'{path}: {value.Text}'" : $"'{path}'";
            problems.Add(node.Line, node.Path, ManifestProblems.Unsupported(what, meanwhile));
        }
    }

    private static YamlNode? Find(YamlNode root, string path) =>
        path.Split('/').Aggregate((YamlNode?)root, (node, key) => (node as YamlMap)?.Find(key));
}
