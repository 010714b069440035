using System.Text.Json.Serialization;

namespace Fairlead.Engines.Docker.Api;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VersionAnswer))]
[JsonSerializable(typeof(InfoAnswer))]
[JsonSerializable(typeof(ImageAnswer))]
[JsonSerializable(typeof(IReadOnlyList<ImageListItem>))]
[JsonSerializable(typeof(NetworkAnswer))]
[JsonSerializable(typeof(IReadOnlyList<NetworkAnswer>))]
[JsonSerializable(typeof(CreateNetwork))]
[JsonSerializable(typeof(EventLine))]
[JsonSerializable(typeof(IReadOnlyList<ContainerItem>))]
[JsonSerializable(typeof(ContainerAnswer))]
[JsonSerializable(typeof(CreateAnswer))]
[JsonSerializable(typeof(CreateContainer))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, IReadOnlyList<string>>))]
internal sealed partial class DockerJson : JsonSerializerContext;

/// <summary>What Docker writes in small letters.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(ProgressLine))]
[JsonSerializable(typeof(StatsAnswer))]
internal sealed partial class DockerSnakeJson : JsonSerializerContext;
