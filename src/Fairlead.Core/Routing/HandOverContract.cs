namespace Fairlead.Core.Routing;

/// <summary>How the controller hands its listening socket to a gateway that it starts.</summary>
public static class HandOverContract
{
    /// <summary>The number of the descriptor that the gateway inherits; without it the gateway opens a socket of its own.</summary>
    public const string DescriptorVariable = "FAIRLEAD_GATEWAY_FD";

    /// <summary><c>1</c>: takes routes at once but connections only when told to.</summary>
    public const string StandbyVariable = "FAIRLEAD_GATEWAY_STANDBY";

    /// <summary>
    /// The runtime's own: after how many milliseconds of calm it compiles anew, and better, what is called often. The tool's
    /// setting is for commands that end soon; a gateway may have full load from its first second.
    /// </summary>
    public const string CompilationVariable = "DOTNET_TC_CallCountingDelayMs";

    public const string CompilationDelay = "100";

    /// <summary>POST on the admin socket: a gateway in standby begins to take connections.</summary>
    public const string Accept = "/accept";

    /// <summary>POST on the admin socket: takes no new connections, answers those it has and ends.</summary>
    public const string Retire = "/retire";
}
