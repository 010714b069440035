using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Api.Wire;
using Fairlead.Cli.Bench;
using Fairlead.Cli.Doctor;
using Fairlead.Cli.Drilling;
using Fairlead.Cli.Images;
using Fairlead.Cli.Prediction;
using Fairlead.Cli.Simulation;
using Fairlead.Packaging;

namespace Fairlead.Cli.Output;

/// <summary>Everything that commands print as JSON: the API's own types where there are any.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<DeploymentStatus>))]
[JsonSerializable(typeof(DeploymentStatus))]
[JsonSerializable(typeof(IReadOnlyList<RevisionSummary>))]
[JsonSerializable(typeof(EventRecord))]
[JsonSerializable(typeof(LogRecord))]
[JsonSerializable(typeof(PlanReport))]
[JsonSerializable(typeof(GatewayReplaced))]
[JsonSerializable(typeof(DiffReport))]
[JsonSerializable(typeof(DeployAccepted))]
[JsonSerializable(typeof(WhyReport))]
[JsonSerializable(typeof(ProblemReport))]
[JsonSerializable(typeof(UpReport))]
[JsonSerializable(typeof(DownReport))]
[JsonSerializable(typeof(InitReport))]
[JsonSerializable(typeof(BuildReport))]
[JsonSerializable(typeof(VerifyJson))]
[JsonSerializable(typeof(ExportReport))]
[JsonSerializable(typeof(PushItem))]
[JsonSerializable(typeof(PullItem))]
[JsonSerializable(typeof(IReadOnlyList<ImageItem>))]
[JsonSerializable(typeof(PruneItem))]
[JsonSerializable(typeof(RemoveItem))]
[JsonSerializable(typeof(ExportItem))]
[JsonSerializable(typeof(IReadOnlyList<ImportItem>))]
[JsonSerializable(typeof(PredictReport))]
[JsonSerializable(typeof(BenchReport))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(DrillReport))]
[JsonSerializable(typeof(SimulateReport))]
internal sealed partial class CliJson : JsonSerializerContext
{
    public static CliJson Lines => field ??= new CliJson(Readable(indented: false));

    public static CliJson Indented => field ??= new CliJson(Readable(indented: true));

    // Text is for terminals and scripts, never for a web page: letters stay readable.
    private static JsonSerializerOptions Readable(bool indented) =>
        new(JsonSerializerDefaults.General)
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            WriteIndented = indented,
        };
}

/// <param name="Started">Whether this command started the controller.</param>
internal sealed record UpReport(DeploymentStatus Deployment, bool Changed, bool Started);

/// <param name="ControllerEnded">Whether controller and gateway ended too.</param>
internal sealed record DownReport(IReadOnlyList<string> Removed, bool ControllerEnded);

internal sealed record InitReport(string Manifest);

/// <param name="Size">Bytes of manifest, configuration and layers.</param>
internal sealed record BuildReport(string Name, string Version, string Digest, long Size, IReadOnlyList<LayerReport> Layers)
{
    public static BuildReport Of(BuiltImage image) =>
        new(image.Name, image.Version, image.Digest.Value, image.Size, [.. image.Layers.Select(l => new LayerReport(l.Digest.Value, l.Size, l.Title, l.Reused))]);
}

/// <param name="Files">What was written, the one to begin with first.</param>
internal sealed record ExportReport(IReadOnlyList<string> Files);

/// <param name="Ok">Whether every check holds.</param>
internal sealed record VerifyJson(string Image, string Digest, bool Ok, IReadOnlyList<VerifyItem> Checks)
{
    public static VerifyJson Of(VerifyReport report) =>
        new(report.Image, report.Digest.Value, report.IsOk, [.. report.Checks.Select(c => new VerifyItem(c.Subject, c.Problem is null ? "ok" : "fail", c.Problem?.Message ?? c.Finding, c.Problem?.Code))]);
}

/// <param name="State"><c>ok</c> or <c>fail</c>.</param>
internal sealed record VerifyItem(string Subject, string State, string Finding, string? Code);

/// <param name="Reused">Whether the store had it before.</param>
internal sealed record LayerReport(string Digest, long Size, string Title, bool Reused);
