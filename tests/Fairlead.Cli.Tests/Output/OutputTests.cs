using Fairlead.Cli.Output;
using Fairlead.Core.Results;

namespace Fairlead.Cli.Tests.Output;

public sealed class OutputTests
{
    [Fact]
    public void AProblemReadBackFromALogIsTheSameProblem()
    {
        Problem[] problems = [new("FL5001", "The state file '/h/state.db' is damaged: bad header.", "Move it away."), new("FL5030", "The port is taken.", "Free it.")];
        var log = problems.SelectMany(p => ProblemText.Format(p, new Paint(On: false)).Split('\n')).Prepend("""{"level":"information","message":"Starting."}""").ToList();

        ProblemText.Parse(log).ShouldBe(problems);
    }

    [Theory]
    [InlineData(0, "░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   0 % 0 of 4 rows")]
    [InlineData(2, "███████████████░░░░░░░░░░░░░░░  50 % 2 of 4 rows")]
    [InlineData(4, "██████████████████████████████ 100 % 4 of 4 rows")]
    public void ProgressBar_ShowsItsShare(int done, string line) => ProgressBar.Line(done, 4, 80).ShouldBe(line);

    [Fact]
    public void LiveScreen_RedrawsInPlaceAndNeverMoreThanTheTerminalIsHigh()
    {
        using var cli = new TestCli();
        var written = new StringWriter();
        var host = new CliHost { Out = written, Error = TextWriter.Null, Home = cli.Home, Folder = "/", IsTerminal = true, Size = () => (40, 4) };
        using (var screen = new LiveScreen(new Terminal(host, new OutputOptions())))
        {
            screen.Draw(["a", "b", "c", "d", "e"]);
            screen.Draw(["x"]);
        }

        written.ToString().ShouldBe("\x1b[?25la\x1b[K\nb\x1b[K\nc\x1b[K\n\x1b[J" + "\x1b[3Fx\x1b[K\n\x1b[J" + "\x1b[?25h");
    }

    [Theory]
    [InlineData(0.0000051, "5µs")]
    [InlineData(0.00085, "850µs")]
    [InlineData(0.0042, "4.2ms")]
    [InlineData(0.25, "250ms")]
    [InlineData(12.0, "12.0s")]
    [InlineData(null, "–")]
    public void Latency_HasOneUnit(double? seconds, string text) => Measures.Latency(seconds).ShouldBe(text);
}
