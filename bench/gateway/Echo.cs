namespace Fairlead.Bench.Gateway;

/// <summary>What lies behind all the proxies: a bare Kestrel that sends a request's body back.</summary>
internal static class Echo
{
    public static async Task RunAsync(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        var app = builder.Build();
        app.Run(static async context =>
        {
            context.Response.ContentLength = context.Request.ContentLength ?? 0;
            context.Response.ContentType = "application/octet-stream";
            while (context.Request.ContentLength > 0)
            {
                var read = await context.Request.BodyReader.ReadAsync(context.RequestAborted);
                foreach (var part in read.Buffer) await context.Response.BodyWriter.WriteAsync(part, context.RequestAborted);
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) break;
            }
        });
        await app.RunAsync();
    }
}
