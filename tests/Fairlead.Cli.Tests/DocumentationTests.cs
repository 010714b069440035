using System.CommandLine;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Tests;

public sealed class DocumentationTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void CommandsMd_ListsEveryCommandWithItsOptions()
    {
        var rows = File.ReadAllLines(Path.Combine(Root(), "docs", "reference", "commands.md"));

        foreach (var command in CommandLine.Create(Host()).Subcommands)
        {
            var own = rows.Where(r => r.StartsWith($"| `{command.Name}", StringComparison.Ordinal)).ToList();
            own.ShouldNotBeEmpty($"{command.Name} is not in docs/reference/commands.md");
            command.Options.ShouldAllBe(option => own.Any(row => Names(option).Any(row.Contains)), command.Name);
        }
    }

    [Fact]
    public void EveryCommandAndOptionIsDescribed()
    {
        var root = CommandLine.Create(Host());

        root.Subcommands.ShouldAllBe(c => !string.IsNullOrEmpty(c.Description));
        root.Subcommands.SelectMany(c => c.Options).Concat(root.Options).ShouldAllBe(o => !string.IsNullOrEmpty(o.Description));
        root.Subcommands.SelectMany(c => c.Arguments).ShouldAllBe(a => !string.IsNullOrEmpty(a.Description));
    }

    private static IEnumerable<string> Names(Option option) => option.Aliases.Prepend(option.Name);

    private CliHost Host() => new() { Out = TextWriter.Null, Error = TextWriter.Null, Home = _cli.Home, Folder = "/" };

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "fairlead.slnx"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
