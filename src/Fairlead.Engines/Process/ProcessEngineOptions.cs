using Fairlead.Core.Homes;

namespace Fairlead.Engines.Process;

/// <summary>What the process engine needs to know of its host.</summary>
public sealed record ProcessEngineOptions
{
    public required FairleadHome Home { get; init; }

    /// <summary>The model server's program, <c>fairlead-server</c>.</summary>
    public required string ServerProgram { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The value of a secret by its name; null asks the file of that name in the home's secrets folder.</summary>
    public Func<string, string?> LookUpSecret { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The ports that replicas get, both ends included; the kernel's range for outgoing connections is left out of it.</summary>
    public PortRange Ports { get; init; } = new(18_000, 32_767);

    /// <summary>A replica's log above this size is copied to <c>.log.1</c> and begun anew.</summary>
    public long MaxLogBytes { get; init; } = 16 << 20;
}

public sealed record PortRange(int First, int Last);
