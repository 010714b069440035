using Fairlead.ModelServer.Loading;
using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Http;

/// <summary>Liveness says that the process answers; readiness says that it should be sent requests, and if not why.</summary>
internal sealed class HealthEndpoints(Readiness readiness)
{
    private static readonly byte[] Live = """{"live":true}"""u8.ToArray();
    private static readonly byte[] Ready = """{"ready":true}"""u8.ToArray();

    public Task LiveAsync(HttpContext context) => JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, Live);

    public Task ReadyAsync(HttpContext context) => readiness.Reason is { } reason
        ? JsonAnswer.NotReadyAsync(context, reason, readiness.Refused)
        : JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, Ready);

    public Task ModelReadyAsync(HttpContext context) => readiness.Reason is { } reason
        ? JsonAnswer.NotReadyAsync(context, reason, readiness.Refused)
        : JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            if (readiness.Model is ModelState.Ready ready) json.WriteString("name", ready.Model.Name);
            json.WriteBoolean("ready", true);
            json.WriteEndObject();
        });
}
