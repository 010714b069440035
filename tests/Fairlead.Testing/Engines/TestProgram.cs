namespace Fairlead.Testing.Engines;

/// <summary>What a replica of the engine contract does; each engine has its own way to make one.</summary>
public abstract record TestProgram
{
    private TestProgram()
    {
    }

    public sealed record Forever : TestProgram;

    public sealed record Exit(int Code) : TestProgram;

    /// <summary>Ignores SIGTERM, and says <c>stubborn</c> once it does.</summary>
    public sealed record Stubborn : TestProgram;

    /// <summary>Prints the lines and goes on.</summary>
    public sealed record Print(params string[] Lines) : TestProgram;
}
