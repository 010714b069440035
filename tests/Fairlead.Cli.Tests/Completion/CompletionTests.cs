using System.Diagnostics;
using Fairlead.Testing.Http;

namespace Fairlead.Cli.Tests.Completion;

public sealed class CompletionTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("fairlead sta", "status")]
    [InlineData("fairlead status --wa", "--watch")]
    [InlineData("fairlead up --out", "--output")]
    [InlineData("fairlead status --output ", "json")]
    [InlineData("fairlead completion ", "fish")]
    [InlineData("fairlead up --engine ", "process")]
    [InlineData("fairlead deploy --engine ", "docker")]
    public async Task Suggest_OffersCommandsOptionsAndValues(string line, string word)
    {
        (await _cli.RunAsync($"[suggest:{line.Length}]", line)).ShouldBe(0);

        _cli.Out.Split('\n').ShouldContain(word);
    }

    [Fact]
    public async Task Suggest_OffersTheDeploymentsThatRun()
    {
        await using var server = await StubServer.StartAsync(_ => (200, $"[{Samples.Status}]"));

        await _cli.With(server).RunAsync("[suggest:13]", "fairlead why ");

        _cli.Out.Split('\n').ShouldContain("penguins");
    }

    [Theory]
    [InlineData("fairlead sta", "status")]
    [InlineData("fairlead status --wat", "--watch")]
    [InlineData("fairlead completion ba", "bash")]
    public async Task Bash_LoadsTheScriptAndCompletesWithIt(string line, string word)
    {
        await _cli.RunAsync("completion", "bash");
        var script = _cli.WriteFile("completion.bash", _cli.Out);
        var words = line.Split(' ');

        // What bash sets before it calls a completion function, in bash itself.
        var completed = await BashAsync($$"""
            export PATH='{{AppContext.BaseDirectory}}':"$PATH"
            source '{{script}}' || exit 9
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}} COMP_WORDS=({{line}}) COMP_CWORD={{words.Length - 1}}
            complete -p fairlead >/dev/null || exit 8
            _fairlead
            printf '%s\n' "${COMPREPLY[@]}"
            """);

        completed.ShouldBe((0, word + "\n"));
    }

    [Theory]
    [InlineData("zsh", "#compdef fairlead")]
    [InlineData("fish", "complete -c fairlead")]
    [InlineData("powershell", "Register-ArgumentCompleter -Native -CommandName fairlead")]
    public async Task OtherShells_AreGivenTheirs(string shell, string part)
    {
        (await _cli.RunAsync("completion", shell)).ShouldBe(0);

        _cli.Out.ShouldContain(part);
        _cli.Out.ShouldContain("[suggest:");
    }

    private async Task<(int ExitCode, string Out)> BashAsync(string script)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["--norc", "-c", script])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { ["FAIRLEAD_HOME"] = _cli.Home.Root },
        })!;
        var output = await bash.StandardOutput.ReadToEndAsync(_cli.Interrupts.First);
        await bash.WaitForExitAsync(_cli.Interrupts.First);
        return (bash.ExitCode, output);
    }
}
