using Fairlead.ModelServer.Settings;

namespace Fairlead.ModelServer.Tests.Settings;

/// <summary>docs/reference/server.md and the table in the code are one.</summary>
public sealed class SettingsReferenceTests
{
    private static readonly string[][] Rows = ReadRows();

    [Fact]
    public void EverySettingStandsInTheReferenceAsItIsInTheCode() =>
        Rows.Select(r => string.Join(" | ", r[..4])).ShouldBe(ServerSettingsTable.All.Select(s => $"{s.Name} | {s.Key} | {s.Default} | {s.Range}"));

    [Fact]
    public void EverySettingHasItsEffectInTheReference() => Rows.ShouldAllBe(r => r[4].Length > 10);

    [Fact]
    public void NamesAndKeysAreGivenOnce()
    {
        ServerSettingsTable.All.Select(s => s.Name).ShouldBeUnique();
        ServerSettingsTable.All.Select(s => s.Key).ShouldBeUnique();
    }

    /// <summary>A default that is written as a value is the one that the options have.</summary>
    [Fact]
    public void DefaultsOfTheReferenceAreThoseOfTheOptions()
    {
        var checkedOnes = 0;
        foreach (var setting in ServerSettingsTable.All)
        {
            // The service's name gives way to a resource attribute while it is not set: it has its default where it is used.
            if (setting.Apply(new ServerOptions(), setting.Default) is not { } options || setting.Default is "none" || setting.Name == "OTEL_SERVICE_NAME") continue;
            options.ShouldBe(new ServerOptions(), setting.Name);
            checkedOnes++;
        }

        checkedOnes.ShouldBeGreaterThan(12);
    }

    private static string[][] ReadRows()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "fairlead.slnx"))) folder = folder.Parent!;
        return [.. File.ReadLines(Path.Combine(folder.FullName, "docs/reference/server.md"))
            .SkipWhile(l => !l.StartsWith("| name | key |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(l => l.StartsWith('|'))
            .Select(l => l.Trim('|', ' ').Split('|').Select(c => c.Trim().Replace("`", "", StringComparison.Ordinal)).ToArray())];
    }
}
