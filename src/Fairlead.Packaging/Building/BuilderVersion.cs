using System.Reflection;

namespace Fairlead.Packaging.Building;

/// <summary>The version of Fairlead that builds, as it stands in what it writes.</summary>
internal static class BuilderVersion
{
    public static string Text { get; } = typeof(BuilderVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
