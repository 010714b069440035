using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Fairlead.Core.Results;

namespace Fairlead.Oci.Images;

/// <summary>The documents as JSON: compact, properties in their fixed order, maps sorted, so that equal documents have equal digests.</summary>
[JsonSerializable(typeof(ImageManifest))]
[JsonSerializable(typeof(ImageConfig))]
[JsonSerializable(typeof(ImageIndex))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
[JsonSerializable(typeof(SortedDictionary<string, EmptyObject>))]
public sealed partial class OciJson : JsonSerializerContext
{
    private static OciJson Documents { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Media types hold '+', which the default encoder would escape.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        MaxDepth = 32,
        Converters = { new DigestConverter(), new InstantConverter(), new SortedMapConverter<string>(), new SortedMapConverter<EmptyObject>() },
    });

    public static byte[] Write(ImageManifest manifest) => JsonSerializer.SerializeToUtf8Bytes(manifest, Documents.ImageManifest);

    public static byte[] Write(ImageConfig config) => JsonSerializer.SerializeToUtf8Bytes(config, Documents.ImageConfig);

    public static byte[] Write(ImageIndex index) => JsonSerializer.SerializeToUtf8Bytes(index, Documents.ImageIndex);

    /// <param name="subject">What the document is, for the problem: <c>The manifest of penguins:1.0</c>.</param>
    public static Result<ImageManifest> ReadManifest(ReadOnlySpan<byte> json, string subject) => Read(json, Documents.ImageManifest, subject);

    /// <inheritdoc cref="ReadManifest"/>
    public static Result<ImageConfig> ReadConfig(ReadOnlySpan<byte> json, string subject) => Read(json, Documents.ImageConfig, subject);

    /// <inheritdoc cref="ReadManifest"/>
    public static Result<ImageIndex> ReadIndex(ReadOnlySpan<byte> json, string subject) => Read(json, Documents.ImageIndex, subject);

    private static Result<T> Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, string subject)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) is { } document ? document : OciProblems.DocumentUnreadable(subject, "it is null");
        }
        catch (JsonException e)
        {
            return OciProblems.DocumentUnreadable(subject, e.Message);
        }
    }
}
