using System.Text.Json.Serialization;

namespace Fairlead.Core.Models;

/// <summary>
/// What the model server reads first: <c>fairlead-model.json</c> in the model folder, written when the model is packed.
/// Paths are relative to that folder and never leave it. It holds what belongs to the model; how it is served comes from the environment.
/// </summary>
public sealed record ModelDescriptor
{
    public const string FileName = "fairlead-model.json";

    public required string Name { get; init; }

    public required string Version { get; init; }

    public required string File { get; init; }

    /// <summary>Names of classes by output. A key that is absent reaches the accessor as null: generated JSON code sets every property that has one.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Labels { get; init => field = value ?? new Dictionary<string, IReadOnlyList<string>>(); } = new Dictionary<string, IReadOnlyList<string>>();

    public string? Golden { get; init; }

    public string? Reference { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelDescriptor))]
public sealed partial class ModelJson : JsonSerializerContext;
