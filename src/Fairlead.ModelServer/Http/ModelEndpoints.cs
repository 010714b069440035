using System.Text.Json;
using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Running;
using Fairlead.ModelServer.Settings;
using Fairlead.Onnx;
using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Http;

/// <summary>What the server and its model say about themselves.</summary>
internal sealed class ModelEndpoints(ServerOptions options, Readiness readiness, Processors processors, RequestDeadlines deadlines)
{
    public const string ServerName = "fairlead-server";

    /// <summary>Extensions of the protocol; both are REST's.</summary>
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
        json.WriteNumber("intra_op_threads", processors.Threads);
        json.WriteNumber("concurrent_runs", processors.Threads);
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
            if (Names().Model is { } name && !(onlyReady == true && readiness.Reason is not null)) WriteIndex(json, name);
            json.WriteEndArray();
        });
    }

    private static async Task<bool?> OnlyReadyAsync(HttpContext context, RequestDeadline deadline)
    {
        using var body = new PooledBuffer();
        await RequestBody.ReadAsync(context.Request, body, 64 << 10, deadline);
        if (body.Length == 0) return null;
        using var json = JsonDocument.Parse(body.Written);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("ready", out var ready) ? ready.ValueKind == JsonValueKind.True : null;
    }

    private void WriteIndex(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("version", Names().Version);
        json.WriteString("state", readiness.Model switch { ModelState.Loading => "LOADING", ModelState.Ready when !readiness.Draining => "READY", _ => "UNAVAILABLE" });
        json.WriteString("reason", readiness.Reason ?? "");
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
