using Fairlead.Api.Wire;
using Fairlead.Core.Engines;
using Fairlead.Core.Homes;

namespace Fairlead.Daemon;

/// <summary>What a controller is told when it is started.</summary>
public sealed record ControllerOptions
{
    public required FairleadHome Home { get; init; }

    /// <summary>Where the control API listens, <c>host:port</c>, loopback only; port 0 is any free one.</summary>
    public string Api { get; init; } = ApiRoutes.DefaultAddress;

    /// <summary>Where the gateway listens, <c>host:port</c>.</summary>
    public string Gateway { get; init; } = ApiRoutes.DefaultGateway;

    /// <summary><c>up</c> when a command started it and may end it, else <c>user</c>.</summary>
    public string StartedBy { get; init; } = "user";

    /// <summary>The program and leading arguments that make <c>fairlead</c>; <c>gateway</c> is added.</summary>
    public required IReadOnlyList<string> Program { get; init; }

    /// <summary>Path of <c>fairlead-server</c>.</summary>
    public required string ModelServer { get; init; }

    /// <summary>The local image store, for the Docker engine; null leaves that engine out.</summary>
    public IImageSource? Images { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>From the environment, with the programs found beside this one.</summary>
    public static ControllerOptions FromEnvironment(string startedBy) => new()
    {
        Home = FairleadHome.FromEnvironment(),
        Api = Set(ApiRoutes.AddressVariable) ?? ApiRoutes.DefaultAddress,
        Gateway = Set(ApiRoutes.GatewayVariable) ?? ApiRoutes.DefaultGateway,
        StartedBy = startedBy,
        Program = OwnProgram(),
        ModelServer = Path.Combine(AppContext.BaseDirectory, "server", "fairlead-server"),
    };

    // Started as `dotnet fairlead.dll` the process is dotnet, and the program its first argument.
    private static IReadOnlyList<string> OwnProgram()
    {
        var process = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is not known.");
        return Path.GetFileNameWithoutExtension(process) == "dotnet" ? [process, Path.GetFullPath(Environment.GetCommandLineArgs()[0])] : [process];
    }

    private static string? Set(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
