namespace Fairlead.ModelServer.Settings;

/// <summary>One setting: what it is called, and how its text becomes an option. The reference shows name, key, default and range; a test compares.</summary>
/// <param name="Name">In the environment.</param>
/// <param name="Key">In the settings file.</param>
/// <param name="Range">What it may be, in words that end "Set it to …".</param>
/// <param name="Apply">The options with the value that the text says; null when it says none.</param>
internal sealed record Setting(string Name, string Key, string Default, string Range, Func<ServerOptions, string, ServerOptions?> Apply)
{
    /// <summary>Its value is told to nobody.</summary>
    public bool Secret { get; init; }
}
