using System.Reflection;
using Fairlead.Testing.Programs;

namespace Fairlead.EndToEnd.Tests;

/// <summary>What the build left: the program under test and the examples.</summary>
internal static class Built
{
    public static string Program { get; } = Metadata("FairleadProgram");

    /// <summary>The bench that proves that nothing is dropped.</summary>
    public static string ZeroDrop { get; } = Metadata("ZeroDropProgram");

    public static string Example(string name) => Path.Combine(Metadata("RepositoryRoot"), "examples", name);

    public static FairleadHomeUnderTest NewHome() => new(Program);

    private static string Metadata(string key) =>
        typeof(Built).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value!;
}
