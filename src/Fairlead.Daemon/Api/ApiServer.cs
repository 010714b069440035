using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Api.Wire;
using Fairlead.Core.Results;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Fairlead.Daemon.Api;

/// <summary>The control API on its address.</summary>
internal sealed class ApiServer(WebApplication app) : IAsyncDisposable
{
    /// <summary>No manifest is near as large.</summary>
    private const long MostBody = 4 << 20;

    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(2);

    /// <summary>Where it listens, with the port that it was given.</summary>
    public string Address { get; } = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Authority;

    public static Result<IPEndPoint> ParseAddress(string text)
    {
        var plain = text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? $"127.0.0.1:{text["localhost:".Length..]}" : text;
        if (!IPEndPoint.TryParse(plain, out var address) || !plain.Contains(':')) return DaemonProblems.AddressInvalid(text);
        return IPAddress.IsLoopback(address.Address) ? address : DaemonProblems.NotLoopback(text);
    }

    public static async Task<Result<ApiServer>> StartAsync(IPEndPoint address, ApiContext context, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var app = Build(address, context, loggers);
        try
        {
            await app.StartAsync(cancellationToken);
            return new ApiServer(app);
        }
        catch (IOException failure)
        {
            await app.DisposeAsync();
            return failure.InnerException is AddressInUseException ? DaemonProblems.PortTaken(address) : DaemonProblems.CannotListen(address.ToString(), failure.Message.TrimEnd('.'));
        }
        catch (SocketException failure)
        {
            await app.DisposeAsync();
            return DaemonProblems.CannotListen(address.ToString(), failure.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(StopDeadline);
        await app.StopAsync(deadline.Token);
        await app.DisposeAsync();
    }

    // Empty rather than slim: no files or variables of the folder it happens to be started in configure it.
    private static WebApplication Build(IPEndPoint address, ApiContext context, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Fairlead.Daemon" });
        builder.Services.Replace(ServiceDescriptor.Singleton(loggers));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostBody;
            kestrel.Listen(address);
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.SerializerOptions.RespectRequiredConstructorParameters = false;
        });
        builder.Services.AddOpenApi("v1", OpenApiText.Configure);
        var app = builder.Build();
        var guard = new Guard(context.Token, loggers.CreateLogger<Guard>());
        app.Use(next => http => guard.InvokeAsync(http, next));
        app.UseRouting();
        app.MapOpenApi("/openapi/{documentName}.json");
        InfoEndpoints.Map(app, context);
        DeploymentEndpoints.Map(app, context);
        RolloutEndpoints.Map(app, context);
        ReportEndpoints.Map(app, context);
        LogEndpoints.Map(app, context);
        return app;
    }
}
