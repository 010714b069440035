using System.Text.Json;

namespace Fairlead.Bench.Server;

/// <summary>The least that a JSON service on Kestrel does: reads the body as JSON and writes it back.</summary>
internal static class Echo
{
    public static async Task RunAsync(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        var app = builder.Build();
        app.MapPost("/echo", static async (HttpContext context) =>
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            context.Response.ContentType = "application/json";
            await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
            body.RootElement.WriteTo(json);
        });
        await app.RunAsync();
    }
}
