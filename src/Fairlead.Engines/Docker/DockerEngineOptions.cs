using Fairlead.Core.Engines;
using Fairlead.Core.Homes;

namespace Fairlead.Engines.Docker;

/// <summary>What the Docker engine needs to know of its host.</summary>
public sealed record DockerEngineOptions
{
    public required FairleadHome Home { get; init; }

    /// <summary>The images of this machine's own store.</summary>
    public required IImageSource Images { get; init; }

    /// <summary>As in <c>DOCKER_HOST</c>; null or empty is <c>unix:///var/run/docker.sock</c>.</summary>
    public string? Host { get; init; } = Environment.GetEnvironmentVariable(DockerHost.Variable);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The value of a secret by its name; null asks the file of that name in the home's secrets folder.</summary>
    public Func<string, string?> LookUpSecret { get; init; } = Environment.GetEnvironmentVariable;
}
