using Fairlead.Gateway.Holding;

namespace Fairlead.Gateway.Tests.Forwarding;

public class HoldLineTests
{
    private const int Rounds = 20_000;

    [Fact]
    public void WhoSeesARequest_HasBeenToldOfIt()
    {
        var room = new HoldRoom(new HoldOptions());
        var line = new HoldLine(room);
        line.Open(false);
        using var barrier = new Barrier(2);
        var thread = new Thread(() =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                var request = new HeldRequest(line, null, hasBody: false);
                barrier.SignalAndWait();
                line.Join(request);
                barrier.SignalAndWait();
                request.Leave();
            }
        });
        thread.Start();
        var news = new List<long>();
        for (var round = 0; round < Rounds; round++)
        {
            barrier.SignalAndWait();
            while (!line.AnyTold)
            {
            }

            news.Add(room.Sequence);
            barrier.SignalAndWait();
        }

        thread.Join();
        news.ShouldBe(Enumerable.Range(1, Rounds).Select(n => (long)n));
    }
}
