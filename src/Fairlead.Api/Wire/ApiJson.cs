using System.Text.Json.Serialization;

namespace Fairlead.Api.Wire;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ControllerInfo))]
[JsonSerializable(typeof(DeployRequest))]
[JsonSerializable(typeof(DeployAccepted))]
[JsonSerializable(typeof(ScaleRequest))]
[JsonSerializable(typeof(RollbackRequest))]
[JsonSerializable(typeof(DiffReport))]
[JsonSerializable(typeof(DeploymentStatus))]
[JsonSerializable(typeof(IReadOnlyList<DeploymentStatus>))]
[JsonSerializable(typeof(IReadOnlyList<RevisionSummary>))]
[JsonSerializable(typeof(IReadOnlyList<EventRecord>))]
[JsonSerializable(typeof(PlanReport))]
[JsonSerializable(typeof(WhyReport))]
[JsonSerializable(typeof(LogRecord))]
[JsonSerializable(typeof(ProblemReport))]
public sealed partial class ApiJson : JsonSerializerContext;
