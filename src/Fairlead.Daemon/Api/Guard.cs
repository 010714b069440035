using System.Net;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Api.Wire;
using Fairlead.Control.Store;
using Microsoft.Extensions.Logging;

namespace Fairlead.Daemon.Api;

/// <summary>Before every endpoint: the host is this machine, the token is right; after it: what went wrong is told as a problem.</summary>
internal sealed partial class Guard(string token, ILogger logger)
{
    private const string Scheme = "Bearer ";

    // Compared by hash: equal lengths, and the time tells nothing of where they differ.
    private readonly byte[] _expected = SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            if (!IsOwnHost(context.Request.Host.Host)) await Answers.WriteAsync(context, DaemonProblems.HostRefused(context.Request.Host.Host), StatusCodes.Status400BadRequest);
            else if (!IsOpen(context.Request.Path) && !HasToken(context.Request)) await RefuseAsync(context);
            else await next(context);
            await ExplainEmptyAsync(context);
        }
        catch (BadHttpRequestException failure) when (!context.Response.HasStarted)
        {
            await Answers.WriteAsync(context, DaemonProblems.BadRequest(Innermost(failure)), failure.StatusCode);
        }
        catch (StateException failure) when (!context.Response.HasStarted)
        {
            LogStateFailed(logger, failure, context.Request.Method, context.Request.Path);
            await Answers.WriteAsync(context, failure.Problem, Answers.StatusOf(failure.Problem.Code));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer any more.
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            LogFailed(logger, failure, context.Request.Method, context.Request.Path);
            await Answers.WriteAsync(context, DaemonProblems.Internal(), StatusCodes.Status500InternalServerError);
        }
    }

    // A page of the web whose name was made to mean 127.0.0.1 still sends its own name.
    private static bool IsOwnHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static bool IsOpen(PathString path) => path == ApiRoutes.Health || path == ApiRoutes.OpenApi;

    private bool HasToken(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim())), _expected);
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Answers.WriteAsync(context, DaemonProblems.TokenMissing(), StatusCodes.Status401Unauthorized);
    }

    // What routing refuses has no body of its own.
    private static Task ExplainEmptyAsync(HttpContext context) => context switch
    {
        { Response.HasStarted: true } => Task.CompletedTask,
        { Response.StatusCode: StatusCodes.Status404NotFound } => Answers.WriteAsync(context, DaemonProblems.NotFound(context.Request.Path), StatusCodes.Status404NotFound),
        { Response.StatusCode: StatusCodes.Status405MethodNotAllowed } =>
            Answers.WriteAsync(context, DaemonProblems.MethodNotAllowed(context.Request.Method, context.Request.Path), StatusCodes.Status405MethodNotAllowed),
        { Response.StatusCode: StatusCodes.Status415UnsupportedMediaType } =>
            Answers.WriteAsync(context, DaemonProblems.BadRequest("its Content-Type is not application/json."), StatusCodes.Status415UnsupportedMediaType),
        _ => Task.CompletedTask,
    };

    private static string Innermost(Exception failure)
    {
        while (failure.InnerException is { } inner) failure = inner;
        return failure.Message;
    }

    [LoggerMessage(5510, LogLevel.Error, "{Method} {Path} was refused: the state could not be written.")]
    private static partial void LogStateFailed(ILogger logger, Exception failure, string method, string path);

    [LoggerMessage(5511, LogLevel.Error, "{Method} {Path} failed.")]
    private static partial void LogFailed(ILogger logger, Exception failure, string method, string path);
}
