using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Settings;
using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Http;

/// <summary>
/// Finds what answers a path. Written out instead of a routing middleware: there are a dozen fixed paths, and the one that
/// counts is compared with two strings made once.
/// </summary>
internal sealed class ServerRoutes(Readiness readiness, ServerOptions options, InferEndpoint infer, ModelEndpoints models, HealthEndpoints health)
{
    private const string ModelsPrefix = "/v2/models/";
    private readonly RestWire _wire = new(options);
    private volatile string? _inferPath;
    private volatile string? _inferModel;

    public Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (readiness.Model is ModelState.Ready { Model: var model } && path == InferPathOf(model.Name)) return InferAsync(context);
        return path switch
        {
            "/livez" or "/v2/health/live" => Get(context, health.LiveAsync),
            "/readyz" or "/v2/health/ready" => Get(context, health.ReadyAsync),
            "/v2" or "/v2/" => Get(context, models.ServerAsync),
            "/v2/repository/index" => Post(context, models.IndexAsync),
            _ when path.StartsWith(ModelsPrefix, StringComparison.Ordinal) => ModelAsync(context, path[ModelsPrefix.Length..].Split('/')),
            _ => JsonAnswer.ErrorAsync(context, StatusCodes.Status404NotFound, $"There is nothing at {path}."),
        };
    }

    private Task ModelAsync(HttpContext context, string[] parts)
    {
        var versioned = parts.Length >= 3 && parts[1] == "versions";
        var verb = string.Join('/', parts[(versioned ? 3 : 1)..]);
        if (verb is not ("" or "ready" or "infer")) return JsonAnswer.ErrorAsync(context, StatusCodes.Status404NotFound, $"There is nothing at {context.Request.Path}.");
        if (models.Unknown(parts[0], versioned ? parts[2] : null) is { } unknown) return JsonAnswer.ErrorAsync(context, StatusCodes.Status404NotFound, unknown);
        return verb switch
        {
            "ready" => Get(context, health.ModelReadyAsync),
            "infer" => InferAsync(context),
            _ => Get(context, models.MetadataAsync),
        };
    }

    private Task InferAsync(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) ? infer.HandleAsync(context, readiness, _wire, options.Timeout) : JsonAnswer.NotAllowedAsync(context, "POST");

    private string InferPathOf(string model)
    {
        if (_inferPath is { } path && ReferenceEquals(_inferModel, model)) return path;
        path = $"{ModelsPrefix}{model}/infer";
        (_inferPath, _inferModel) = (path, model);
        return path;
    }

    private static Task Get(HttpContext context, Func<HttpContext, Task> answer) =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? answer(context) : JsonAnswer.NotAllowedAsync(context, "GET");

    private static Task Post(HttpContext context, Func<HttpContext, Task> answer) =>
        HttpMethods.IsPost(context.Request.Method) ? answer(context) : JsonAnswer.NotAllowedAsync(context, "POST");
}
