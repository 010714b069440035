using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Fairlead.Packaging.Sbom;

/// <summary>
/// Writes an SBOM as SPDX 2.3 JSON (spdx.github.io/spdx-spec/v2.3). Equal images give equal bytes: names, order, time and
/// namespace come from what is described.
/// </summary>
internal sealed class SpdxWriter
{
    private const string Root = "SPDXRef-image";

    private readonly Utf8JsonWriter _json;
    private readonly List<(string From, string Type, string To)> _relations = [("SPDXRef-DOCUMENT", "DESCRIBES", Root)];
    private readonly List<(string Id, ImageFile File)> _files = [];

    private SpdxWriter(Utf8JsonWriter json) => _json = json;

    /// <param name="name">Of the image, <paramref name="version"/> too.</param>
    /// <param name="created">The time that the image is stamped with.</param>
    public static byte[] Write(string name, string version, DateTimeOffset created, string tool, IReadOnlyList<Component> components)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            new SpdxWriter(json).WriteDocument(name, version, created, tool, components);
        }

        return stream.ToArray();
    }

    private void WriteDocument(string name, string version, DateTimeOffset created, string tool, IReadOnlyList<Component> components)
    {
        _json.WriteStartObject();
        _json.WriteString("spdxVersion", "SPDX-2.3");
        _json.WriteString("dataLicense", "CC0-1.0");
        _json.WriteString("SPDXID", "SPDXRef-DOCUMENT");
        _json.WriteString("name", $"{name}:{version}");
        _json.WriteString("documentNamespace", $"https://fairlead.dev/spdx/{name}-{version}-{Fingerprint(name, version, created, components)}");
        _json.WriteStartObject("creationInfo");
        _json.WriteString("created", created.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        _json.WriteStartArray("creators");
        _json.WriteStringValue($"Tool: {tool}");
        _json.WriteEndArray();
        _json.WriteEndObject();

        _json.WriteStartArray("packages");
        WritePackage(Root, new Component(name, version, null, null, []), "CONTAINER");
        for (var i = 0; i < components.Count; i++) WriteComponent($"SPDXRef-package-{i + 1}", components[i]);
        _json.WriteEndArray();
        _json.WriteStartArray("files");
        foreach (var (id, file) in _files) WriteFile(id, file);
        _json.WriteEndArray();
        _json.WriteStartArray("relationships");
        foreach (var (from, type, to) in _relations) WriteRelation(from, type, to);
        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    private void WriteComponent(string id, Component component)
    {
        WritePackage(id, component, purpose: null);
        _relations.Add((Root, "CONTAINS", id));
        foreach (var file in component.Files)
        {
            var fileId = $"SPDXRef-file-{_files.Count + 1}";
            _files.Add((fileId, file));
            _relations.Add((id, "CONTAINS", fileId));
        }
    }

    private void WritePackage(string id, Component component, string? purpose)
    {
        _json.WriteStartObject();
        _json.WriteString("SPDXID", id);
        _json.WriteString("name", component.Name);
        _json.WriteString("versionInfo", component.Version);
        _json.WriteString("downloadLocation", "NOASSERTION");
        _json.WriteBoolean("filesAnalyzed", false);
        if (component.Licence is { } licence) _json.WriteString("licenseDeclared", licence);
        if (purpose is not null) _json.WriteString("primaryPackagePurpose", purpose);
        if (component.Purl is { } purl)
        {
            _json.WriteStartArray("externalRefs");
            _json.WriteStartObject();
            _json.WriteString("referenceCategory", "PACKAGE-MANAGER");
            _json.WriteString("referenceType", "purl");
            _json.WriteString("referenceLocator", purl);
            _json.WriteEndObject();
            _json.WriteEndArray();
        }

        _json.WriteEndObject();
    }

    private void WriteFile(string id, ImageFile file)
    {
        _json.WriteStartObject();
        _json.WriteString("SPDXID", id);
        _json.WriteString("fileName", $"./{file.Path}");
        _json.WriteStartArray("checksums");
        WriteChecksum("SHA1", file.Sha1);
        WriteChecksum("SHA256", file.Sha256);
        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    private void WriteChecksum(string algorithm, string value)
    {
        _json.WriteStartObject();
        _json.WriteString("algorithm", algorithm);
        _json.WriteString("checksumValue", value);
        _json.WriteEndObject();
    }

    private void WriteRelation(string from, string type, string to)
    {
        _json.WriteStartObject();
        _json.WriteString("spdxElementId", from);
        _json.WriteString("relationshipType", type);
        _json.WriteString("relatedSpdxElement", to);
        _json.WriteEndObject();
    }

    // The specification wants a namespace that no other document has.
    private static string Fingerprint(string name, string version, DateTimeOffset created, IReadOnlyList<Component> components)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{name}\0{version}\0{created.ToUnixTimeSeconds()}\0");
        foreach (var c in components)
        {
            text.Append(CultureInfo.InvariantCulture, $"{c.Name}\0{c.Version}\0");
            foreach (var f in c.Files) text.Append(CultureInfo.InvariantCulture, $"{f.Path}\0{f.Sha256}\0");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..32];
    }
}
