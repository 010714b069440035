using System.Globalization;

namespace Fairlead.Sockets.Tests;

public sealed class WakeUpsTests
{
    private const int Other = 0;
    private const int Batch = 3;

    [Fact]
    public void Calm_IsTheSystemsBatchPolicy_ForTheThreadAlone_AndIsTakenBack()
    {
        var policies = new List<int>();
        var thread = new Thread(() =>
        {
            var wakeUps = new WakeUps();
            foreach (var calm in new[] { false, true, true, false })
            {
                wakeUps.Set(calm);
                policies.Add(PolicyOfThisThread());
            }
        });
        thread.Start();
        thread.Join();

        policies.ShouldBe([Other, Batch, Batch, Other]);
        PolicyOfThisThread().ShouldBe(Other);
    }

    [Theory]
    [InlineData(true, Batch)]
    [InlineData(false, Other)]
    public async Task ALoop_IsCalmWhileItGivesWay(bool givesWay, int policy)
    {
        using var loop = new PollLoop(0, () => givesWay);
        await loop.EnterAsync();
        var seen = PolicyOfThisThread();

        // Off the loop again, which ends here.
        await Task.Yield();
        seen.ShouldBe(policy);
    }

    // proc_pid_stat(5): the 41st field; the third is the first behind the name.
    private static int PolicyOfThisThread()
    {
        var stat = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[41 - 3], CultureInfo.InvariantCulture);
    }
}
