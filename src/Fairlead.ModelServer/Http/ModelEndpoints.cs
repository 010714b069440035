using System.Text.Json;
using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Running;
using Fairlead.ModelServer.Settings;
using Fairlead.Onnx;
using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Http;

/// <summary>One model as the repository extension lists it.</summary>
internal readonly record struct IndexedModel(string Name, string? Version, string State, string Reason);

/// <summary>What the server and its model say about themselves.</summary>
internal sealed class ModelEndpoints(ServerOptions options, Readiness readiness, Processors processors, RequestDeadlines deadlines)
{
    public const string ServerName = "fairlead-server";

    /// <summary>Extensions of the protocol; the first is REST's.</summary>
    public static readonly string[] Extensions = ["binary_tensor_data", "model_repository"];

    public static readonly string Version = typeof(ModelEndpoints).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>Why the model or version is not here; null when it is, or when it is not known yet which is.</summary>
    public string? Unknown(string model, string? version)
    {
        var (name, served) = Names();
        if (name is not null && name != model) return $"There is no model '{model}' here; this is '{name}'.";
        return served is not null && version is not null && served != version ? $"There is no version '{version}' of '{model}' here; this is '{served}'." : null;
    }

    public Task ServerAsync(HttpContext context) => JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
    {
        json.WriteStartObject();
        json.WriteString("name", ServerName);
        json.WriteString("version", Version);
        json.WriteStartArray("extensions");
        foreach (var extension in Extensions) json.WriteStringValue(extension);
        json.WriteEndArray();
        if (options.Replica is not null) json.WriteString("replica", options.Replica);
        json.WriteString("onnxruntime", RuntimeVersion());
        json.WriteNumber("cpu", processors.Cores);
        json.WriteString("cpu_from", processors.Origin);
        json.WriteNumber("intra_op_threads", processors.IntraOpThreads);
        json.WriteNumber("concurrent_runs", processors.ConcurrentRuns);
        json.WriteEndObject();
    });

    public Task MetadataAsync(HttpContext context) => readiness.Model is ModelState.Ready ready
        ? JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, ready.Model.Metadata)
        : JsonAnswer.ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, readiness.ReasonOfModel ?? "loading model");

    /// <summary>The repository extension's index; a body with <c>"ready": true</c> asks for ready models alone.</summary>
    public async Task IndexAsync(HttpContext context)
    {
        bool? onlyReady;
        using var deadline = deadlines.Start(options.Timeout, context);
        try
        {
            onlyReady = await OnlyReadyAsync(context, deadline);
        }
        catch (OperationCanceledException) when (deadline.Passed && !context.RequestAborted.IsCancellationRequested)
        {
            await JsonAnswer.ErrorAsync(context, StatusCodes.Status504GatewayTimeout, $"The body did not come within {Core.Units.Duration.Format(options.Timeout)}.");
            return;
        }
        catch (Exception e) when (e is JsonException or BadHttpRequestException)
        {
            await JsonAnswer.ErrorAsync(context, StatusCodes.Status400BadRequest, $"The body is not valid: {e.Message}");
            return;
        }

        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray();
            if (Index(onlyReady == true) is { } model) WriteIndex(json, model);
            json.WriteEndArray();
        });
    }

    /// <summary>The one model; null while its name is not known, and when only ready ones are wanted and it is not.</summary>
    public IndexedModel? Index(bool onlyReady)
    {
        var (name, version) = Names();
        if (name is null || (onlyReady && readiness.Reason is not null)) return null;
        var state = readiness.Model switch { ModelState.Loading => "LOADING", ModelState.Ready when !readiness.Draining => "READY", _ => "UNAVAILABLE" };
        return new IndexedModel(name, version, state, readiness.Reason ?? "");
    }

    private static async Task<bool?> OnlyReadyAsync(HttpContext context, RequestDeadline deadline)
    {
        using var body = new PooledBuffer();
        await RequestBody.ReadAsync(context.Request, body, 64 << 10, deadline);
        if (body.Length == 0) return null;
        using var json = JsonDocument.Parse(body.Written);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("ready", out var ready) ? ready.ValueKind == JsonValueKind.True : null;
    }

    private static void WriteIndex(Utf8JsonWriter json, IndexedModel model)
    {
        json.WriteStartObject();
        json.WriteString("name", model.Name);
        json.WriteString("version", model.Version);
        json.WriteString("state", model.State);
        json.WriteString("reason", model.Reason);
        json.WriteEndObject();
    }

    private (string? Model, string? Version) Names() => readiness.Model switch
    {
        ModelState.Loading loading => (loading.Name, loading.Version),
        ModelState.Refused refused => (refused.Name, refused.Version),
        ModelState.Ready ready => (ready.Model.Name, ready.Model.Version),
        _ => (null, null),
    };

    private static string RuntimeVersion()
    {
        try
        {
            return OnnxRuntime.Version;
        }
        catch (OnnxException e)
        {
            return e.Explanation;
        }
    }
}
