using System.Text.Json.Nodes;
using Fairlead.Core.Manifests.Reading;
using Fairlead.Core.Manifests.Sections;

namespace Fairlead.Core.Manifests;

/// <summary>Writes a manifest as JSON with the keys of <c>fairlead.yaml</c>, defaults filled in.</summary>
public static class ManifestJson
{
    /// <summary>
    /// Canonical: two manifests that say the same give the same text, and <see cref="ManifestReader.Parse(string, string, string?)"/>
    /// gives an equal manifest back.
    /// </summary>
    public static string Write(Manifest manifest) => CanonicalJson.Write(ManifestKeys.Type.Write(manifest)!);

    /// <summary>The JSON schema (draft 2020-12) of <c>fairlead.yaml</c>, for editors.</summary>
    public static string Schema()
    {
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "fairlead.yaml",
            ["description"] = "A model and how it runs. Written from the table of keys that reads the manifest.",
        };
        foreach (var (name, part) in ManifestKeys.Type.Schema("", partial: false)) schema[name] = part?.DeepClone();
        return CanonicalJson.Write(schema);
    }
}
