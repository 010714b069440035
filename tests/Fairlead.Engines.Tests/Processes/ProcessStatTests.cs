using Fairlead.Engines.Processes;

namespace Fairlead.Engines.Tests.Processes;

public sealed class ProcessStatTests
{
    private const string Rest = " S 7 42 41 0 -1 4194560 120 340 0 0 11 5 3 2 20 0 1 0 987654 2850816 412 18446744073709551615 1 1 0";

    [Theory]
    [InlineData("plain", "sleep")]
    [InlineData("spaces", "my server")]
    [InlineData("parentheses that look like an end", "a) S 1 (b")]
    [InlineData("empty", "")]
    public void FieldsAreCountedFromTheLastParenthesis(string label, string name)
    {
        var stat = ProcessStat.Parse($"42 ({name}){Rest}").ShouldNotBeNull(label);

        stat.Pid.ShouldBe(42);
        stat.State.ShouldBe('S');
        stat.Parent.ShouldBe(7);
        stat.Session.ShouldBe(41);
        stat.StartTime.ShouldBe(987_654);
        stat.OwnTicks.ShouldBe(16);
        stat.ReapedTicks.ShouldBe(5);
        stat.ResidentPages.ShouldBe(412);
    }

    [Theory]
    [InlineData("")]
    [InlineData("42")]
    [InlineData("42 (cut) S 7")]
    [InlineData("x (name) S 7 42 41 0 -1 4194560 120 340 0 0 11 5 3 2 20 0 1 0 987654 2850816 412")]
    public void ALineThatIsNotOneGivesNothing(string text) => ProcessStat.Parse(text).ShouldBeNull();

    [Theory]
    [InlineData('R', true)]
    [InlineData('T', true)]
    [InlineData('Z', false)]
    [InlineData('X', false)]
    public void AZombieIsNotAlive(char state, bool alive) =>
        ProcessStat.Parse($"42 (name){Rest.Replace(" S ", $" {state} ")}").ShouldNotBeNull().IsAlive.ShouldBe(alive);

    [Fact]
    public void TheOwnProcessIsRead() => ProcessStat.Read(Environment.ProcessId).ShouldNotBeNull().IsAlive.ShouldBeTrue();

    [Fact]
    public void AProcessThatIsNotThereGivesNothing() => ProcessStat.Read(int.MaxValue).ShouldBeNull();
}
