using System.Text.Encodings.Web;
using System.Text.Json;
using Fairlead.Core.Identity;
using Fairlead.Packaging.Building;
using Fairlead.Packaging.Sbom;

namespace Fairlead.Packaging.Provenance;

/// <summary>What an image was built from, and by what.</summary>
/// <param name="Subject">The image's manifest.</param>
/// <param name="UserManifest">Digest of <c>fairlead.yaml</c> as it was read; its text may hold what is nobody else's concern.</param>
/// <param name="Revision">The commit that the folder stood at; null when none is known.</param>
/// <param name="Base">The image that it starts from; null when none.</param>
internal sealed record BuildFacts(string Name, Digest Subject, Digest UserManifest, string? Revision, BaseImage? Base, IReadOnlyList<Component> Components);

/// <summary>
/// Writes an in-toto statement (v1) with a SLSA provenance predicate (slsa.dev/spec/v1.0/provenance). Nothing in it
/// depends on the time, place or user of the build, so that equal builds say the same.
/// </summary>
internal static class ProvenanceWriter
{
    public const string MediaType = "application/vnd.in-toto+json";
    public const string PredicateType = "https://slsa.dev/provenance/v1";

    private const string BuildType = "https://fairlead.dev/build/v1";
    private const string Builder = "https://fairlead.dev/builder/local";

    public static byte[] Write(BuildFacts facts)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("_type", "https://in-toto.io/Statement/v1");
            json.WriteStartArray("subject");
            WriteResource(json, facts.Name, uri: null, "sha256", facts.Subject.Hex);
            json.WriteEndArray();
            json.WriteString("predicateType", PredicateType);
            json.WriteStartObject("predicate");
            WriteDefinition(json, facts);
            WriteRun(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteDefinition(Utf8JsonWriter json, BuildFacts facts)
    {
        json.WriteStartObject("buildDefinition");
        json.WriteString("buildType", BuildType);
        json.WriteStartObject("externalParameters");
        json.WriteStartObject("manifest");
        WriteDigest(json, "sha256", facts.UserManifest.Hex);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("resolvedDependencies");
        if (facts.Revision is { } revision) WriteResource(json, "source", uri: null, "gitCommit", revision);
        if (facts.Base is { } below) WriteResource(json, below.Name ?? "base", uri: null, "sha256", below.Digest.Hex);
        foreach (var component in facts.Components)
        {
            foreach (var file in component.Files) WriteResource(json, file.Path, component.Purl, "sha256", file.Sha256);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRun(Utf8JsonWriter json)
    {
        json.WriteStartObject("runDetails");
        json.WriteStartObject("builder");
        json.WriteString("id", Builder);
        json.WriteStartObject("version");
        json.WriteString("fairlead", BuilderVersion.Text);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResource(Utf8JsonWriter json, string name, string? uri, string algorithm, string digest)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        if (uri is not null) json.WriteString("uri", uri);
        WriteDigest(json, algorithm, digest);
        json.WriteEndObject();
    }

    private static void WriteDigest(Utf8JsonWriter json, string algorithm, string digest)
    {
        json.WriteStartObject("digest");
        json.WriteString(algorithm, digest);
        json.WriteEndObject();
    }
}
