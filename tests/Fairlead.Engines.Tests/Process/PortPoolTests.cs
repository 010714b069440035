using System.Net;
using System.Net.Sockets;
using Fairlead.Engines.Process;

namespace Fairlead.Engines.Tests.Process;

public sealed class PortPoolTests
{
    [Fact]
    public void APortIsNotGivenAgainBeforeTheRangeIsThrough()
    {
        var pool = new PortPool(new PortRange(24_000, 24_199), null, new Random(1));
        var seen = new HashSet<int>();

        for (var i = 0; i < 50; i++)
        {
            var ports = pool.Take(3).ShouldNotBeNull();
            ports.ShouldAllBe(p => seen.Add(p));
            pool.Release(ports);
        }
    }

    [Fact]
    public void APortInUseIsPassedOver()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var pool = new PortPool(new PortRange(port, port), null, new Random(1));

        pool.Take(1).ShouldBeNull();
    }

    [Fact]
    public void APortOfAnAdoptedReplicaIsPassedOver()
    {
        var pool = new PortPool(new PortRange(24_300, 24_301), null, new Random(1));
        pool.Reserve([24_300]);

        pool.Take(2).ShouldBeNull();
        pool.Take(1).ShouldBe([24_301]);
    }

    [Fact]
    public void TheKernelsRangeIsLeftOut()
    {
        var pool = new PortPool(new PortRange(24_400, 24_409), PortPool.ParseEphemeral("24402\t24408\n"), new Random(1));

        pool.Take(3).ShouldNotBeNull().Order().ShouldBe([24_400, 24_401, 24_409]);
        pool.Take(1).ShouldBeNull();
    }

    [Fact]
    public void AKernelThatUsesTheWholeRangeLeavesNoChoice()
    {
        var pool = new PortPool(new PortRange(24_500, 24_509), new PortRange(1024, 65_535), new Random(1));

        pool.Take(2).ShouldNotBeNull();
    }

    [Fact]
    public void TwoHomesStartAtDifferentPlaces() =>
        new PortPool(new PortRange(20_000, 29_999), null, new Random(1)).Take(1)
            .ShouldNotBe(new PortPool(new PortRange(20_000, 29_999), null, new Random(2)).Take(1));
}
