using System.Text.Json;

namespace Fairlead.Packaging.Sbom;

/// <summary>What <see cref="SpdxWriter"/> wrote, as far as an image is checked against it.</summary>
/// <param name="Name">Of the image.</param>
internal sealed record SpdxDocument(string Name, string Version, IReadOnlyList<Component> Packages, IReadOnlyList<ImageFile> Files)
{
    /// <summary>Null when it is no SPDX 2 document in JSON.</summary>
    public static SpdxDocument? Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            if (root.GetProperty("spdxVersion").GetString()?.StartsWith("SPDX-2.", StringComparison.Ordinal) != true) return null;
            var packages = root.GetProperty("packages").EnumerateArray().Select(ReadPackage).ToList();
            var files = root.GetProperty("files").EnumerateArray().Select(ReadFile).ToList();
            return packages.Count == 0 ? null : new SpdxDocument(packages[0].Name, packages[0].Version, packages[1..], files);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException or ArgumentException)
        {
            return null;
        }
    }

    private static Component ReadPackage(JsonElement package) => new(
        package.GetProperty("name").GetString()!,
        package.GetProperty("versionInfo").GetString()!,
        package.TryGetProperty("externalRefs", out var references) ? references[0].GetProperty("referenceLocator").GetString() : null,
        null,
        []);

    private static ImageFile ReadFile(JsonElement file)
    {
        var checksums = file.GetProperty("checksums").EnumerateArray().ToDictionary(c => c.GetProperty("algorithm").GetString()!, c => c.GetProperty("checksumValue").GetString()!);
        return new ImageFile(file.GetProperty("fileName").GetString()!["./".Length..], checksums["SHA1"], checksums["SHA256"]);
    }
}
