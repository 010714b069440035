using System.Net;
using System.Net.Sockets;
using System.Text;
using Fairlead.Control.Autoscaling;
using Fairlead.Daemon.Traffic;

namespace Fairlead.Daemon.Tests.Traffic;

/// <summary>What a replica answers on its metrics page is any program's word.</summary>
public sealed class ReplicaMetricsTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ReplicaMetrics _metrics = new(TimeSpan.FromMinutes(1));

    public ReplicaMetricsTests() => _listener.Start();

    [Fact]
    public async Task APage_IsRead() =>
        (await ReadAsync("HTTP/1.0 200 OK\r\n\r\nqueue_depth{queue=\"in\"} 7\n")).Scrape!.Total("queue_depth", ("queue", "in")).ShouldBe(7);

    [Fact]
    public async Task APageWithoutEnd_IsGivenUp_AtABound()
    {
        // Far more than the bound, and than sockets hold, is offered; what is taken is told by the socket that breaks.
        const int Offered = 50_000;
        var sent = 0;
        var page = await ReadAsync("HTTP/1.1 200 OK\r\n\r\n", async stream =>
        {
            var line = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a 1\n", 1024)));
            for (; sent < Offered; sent++) await stream.WriteAsync(line);
        });
        page.Scrape.ShouldBeNull();
        page.Trouble.ShouldBe("/stats has more than 1 MiB");
        sent.ShouldBeLessThan(Offered);
    }

    [Fact]
    public async Task APageOfTooManySamples_IsNotKept()
    {
        var page = await ReadAsync("HTTP/1.1 200 OK\r\n\r\n" + string.Concat(Enumerable.Repeat("a 1\n", ReplicaMetrics.MostSamples + 1)));
        page.Trouble.ShouldBe("/stats has more than 10000 samples");
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", "/stats answers 404")]
    [InlineData("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n", "/stats answers 302")]
    [InlineData("no http at all", "/stats cannot be read")]
    public async Task WhatIsNoPage_IsSaid(string answer, string trouble) => (await ReadAsync(answer)).Trouble.ShouldBe(trouble);

    [Fact]
    public async Task OneThatIsSilent_IsGivenUpAtTheDeadline()
    {
        using var hasty = new ReplicaMetrics(TimeSpan.FromMilliseconds(50));
        (await hasty.ReadAsync(new Uri($"http://{_listener.LocalEndpoint}/stats"), CancellationToken.None)).Trouble.ShouldBe("/stats does not answer within 50ms");
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _listener.Dispose();
    }

    private async Task<MetricPage> ReadAsync(string answer, Func<Stream, Task>? more = null)
    {
        var served = ServeAsync(answer, more);
        var page = await _metrics.ReadAsync(new Uri($"http://{_listener.LocalEndpoint}/stats"), CancellationToken.None);
        await served;
        return page;
    }

    private async Task ServeAsync(string answer, Func<Stream, Task>? more)
    {
        using var client = await _listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        try
        {
            _ = await stream.ReadAsync(new byte[4096]);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer));
            if (more is not null) await more(stream);
        }
        catch (IOException)
        {
            // The reader has gone: what a test of bounds waits for.
        }
    }
}
