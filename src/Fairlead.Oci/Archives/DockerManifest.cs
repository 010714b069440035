using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Core.Results;

namespace Fairlead.Oci.Archives;

/// <summary>An image in Docker's archive: <c>manifest.json</c> is a list of these. Paths are those of entries of the archive.</summary>
internal sealed record DockerManifest(string Config, IReadOnlyList<string>? RepoTags, IReadOnlyList<string> Layers)
{
    public const string FileName = "manifest.json";

    public static byte[] Write(DockerManifest manifest) => JsonSerializer.SerializeToUtf8Bytes([manifest], DockerJson.Default.DockerManifestArray);

    public static Result<IReadOnlyList<DockerManifest>> Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, DockerJson.Default.DockerManifestArray) ?? [];
        }
        catch (JsonException e)
        {
            return OciProblems.DocumentUnreadable($"{FileName} of the archive", e.Message);
        }
    }
}

[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(DockerManifest[]))]
internal sealed partial class DockerJson : JsonSerializerContext;
