namespace Fairlead.Cli.Tests;

public sealed class UsageTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("statsu", "FL6101: There is no command 'statsu'.", "Did you mean 'status'?")]
    [InlineData("bake", "FL6101: There is no command 'bake'.", "'fairlead --help' lists")]
    [InlineData("status --wathc", "FL6101: There is no option '--wathc'.", "Did you mean '--watch'?")]
    [InlineData("status one two", "FL6100: 'two' is one word too many.", "'fairlead status --help'")]
    [InlineData("up --engine swarm", "FL6102: The engine 'swarm' is not supported yet.", "--engine docker")]
    [InlineData("deploy --engine kubernetes", "FL6102: The engine 'kubernetes' is not supported yet.", "--engine docker")]
    [InlineData("plan --engine dokcer", "FL6102: There is no engine 'dokcer'.", "--engine process")]
    [InlineData("up --replicas many", "FL6100: --replicas takes a number, not 'many'.", "'fairlead up --help'")]
    [InlineData("scale x -1", "FL6100: N is a number of replicas, not '-1'.", "'fairlead scale --help'")]
    [InlineData("logs --since 5", "FL6100: --since takes a span", "'fairlead logs --help'")]
    [InlineData("predict --json a --csv b", "FL6100: Give only one of", "'fairlead predict --help'")]
    [InlineData("predict --label a", "FL6100: --label and --out belong to --csv.", "'fairlead predict --help'")]
    [InlineData("down a --all", "FL6100: Give a deployment or --all", "'fairlead down --help'")]
    [InlineData("completion csh", "FL6100:", "'fairlead completion --help'")]
    [InlineData("init", "FL6100:", "'fairlead init --help'")]
    [InlineData("", "FL6100: No command was given.", "'fairlead --help'")]
    [InlineData("up nowhere", "FL1001:", "fairlead init")]
    public async Task WrongUsage_SaysWhatAndWhatNext_AndEndsWith2(string line, string what, string next)
    {
        var exitCode = await _cli.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        exitCode.ShouldBe(2);
        _cli.Error.ShouldContain(what);
        _cli.Error.ShouldContain(next);
        _cli.Out.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("status")]
    [InlineData("events")]
    [InlineData("logs x")]
    [InlineData("scale x 2")]
    [InlineData("history x")]
    [InlineData("predict x --input a=1")]
    [InlineData("down x")]
    public async Task NothingRuns_IsAFailureThatSaysHowToStart(string line)
    {
        (await _cli.RunAsync(line.Split(' '))).ShouldBe(1);

        _cli.Error.ShouldBe($"FL6001: Nothing runs on this home ({_cli.Home.Root}).\n  → Start a model with 'fairlead up', or set FAIRLEAD_HOME to the home that you mean.\n");
    }

    [Fact]
    public async Task WithJson_ProblemsAreOneDocumentOnStdoutAndTextOnStderr()
    {
        (await _cli.RunAsync("status", "--output", "json")).ShouldBe(1);

        using var json = System.Text.Json.JsonDocument.Parse(_cli.Out);
        json.RootElement.GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("FL6001");
        _cli.Error.ShouldStartWith("FL6001: ");
    }

    [Fact]
    public async Task Down_NothingToTakeDown_IsDone()
    {
        (await _cli.RunAsync("down", "--output", "json")).ShouldBe(0);

        _cli.Out.ShouldContain("\"removed\": []");
    }

    [Theory]
    [InlineData("up", "fairlead up examples/penguins")]
    [InlineData("predict", "--label species")]
    [InlineData("why", "fairlead why penguins")]
    public async Task Help_EndsInAnExample(string command, string example)
    {
        (await _cli.RunAsync(command, "--help")).ShouldBe(0);

        _cli.Out.ShouldContain("Example:");
        _cli.Out.ShouldContain(example);
    }

    [Theory]
    [InlineData("status", "status", 0)]
    [InlineData("statsu", "status", 1)]
    [InlineData("scael", "scale", 1)]
    [InlineData("", "up", 2)]
    public void Distance_CountsASwapAsOne(string a, string b, int distance) => Nearest.Distance(a, b).ShouldBe(distance);
}
