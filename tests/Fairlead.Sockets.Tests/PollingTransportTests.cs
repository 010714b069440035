using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Fairlead.Sockets.Tests;

public sealed class PollingTransportTests : IDisposable
{
    private static readonly IPEndPoint Anywhere = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(60));
    private readonly PollingTransport _transport = new(threads: 2);

    public void Dispose()
    {
        _transport.Dispose();
        _patience.Dispose();
    }

    [Fact]
    public async Task WhatIsSentBack_IsWhatWasSent_AlsoToAPeerThatReadsLate()
    {
        var (connection, peer) = await ConnectAsync();
        var echo = EchoAsync(connection);
        var sent = new byte[8 << 20];
        new Random(7).NextBytes(sent);
        await using var stream = peer.GetStream();

        // Both directions fill up: nothing is read before the half of it is sent.
        var sending = stream.WriteAsync(sent, _patience.Token);
        var received = new byte[sent.Length];
        await stream.ReadExactlyAsync(received, _patience.Token);
        await sending;

        received.ShouldBe(sent);
        peer.Client.Shutdown(SocketShutdown.Send);
        await echo;
        (await stream.ReadAsync(new byte[1], _patience.Token)).ShouldBe(0);
    }

    [Fact]
    public async Task PeerThatEnds_EndsTheInputAndClosesTheConnection()
    {
        var (connection, peer) = await ConnectAsync();
        peer.Dispose();

        var read = await connection.Transport.Input.ReadAsync(_patience.Token);

        read.IsCompleted.ShouldBeTrue();
        await UntilAsync(connection.ConnectionClosed);
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task PeerThatResets_IsAnErrorOfTheInput()
    {
        var (connection, peer) = await ConnectAsync();
        peer.Client.Close(timeout: 0);

        await Should.ThrowAsync<ConnectionResetException>(async () => await connection.Transport.Input.ReadAsync(_patience.Token));
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task Abort_EndsAConnectionWhosePeerDoesNotRead()
    {
        var (connection, peer) = await ConnectAsync();
        using var _ = peer;
        var writing = Task.Run(
            async () =>
            {
                while (!(await connection.Transport.Output.WriteAsync(new byte[1 << 20], _patience.Token)).IsCompleted)
                {
                }
            },
            _patience.Token);

        connection.Abort(new ConnectionAbortedException("enough"));

        await writing;
        await connection.DisposeAsync();
        await UntilAsync(connection.ConnectionClosed);
    }

    [Fact]
    public async Task ThousandConnectionsOneAfterAnother_LeaveNoDescriptor()
    {
        await using var listener = await _transport.BindAsync(Anywhere, _patience.Token);
        var before = Directory.GetFiles("/proc/self/fd").Length;
        for (var i = 0; i < 1000; i++)
        {
            var (connection, peer) = await ConnectAsync(listener);
            peer.Dispose();
            await EchoAsync(connection);
        }

        (Directory.GetFiles("/proc/self/fd").Length - before).ShouldBeLessThan(100);
    }

    [Fact]
    public async Task Unbound_AcceptsNoMore()
    {
        var listener = await _transport.BindAsync(Anywhere, _patience.Token);
        var accepting = listener.AcceptAsync(_patience.Token);

        await listener.UnbindAsync(_patience.Token);

        (await accepting).ShouldBeNull();
    }

    [Fact]
    public async Task WhatIsPlaced_LiesThere_AndTheInputHasAsManyBytesInItsPlace()
    {
        var (connection, peer) = await ConnectAsync();
        using var _ = peer;
        var (input, placed, sent) = (connection.Transport.Input, new byte[300_000], new byte[300_000]);
        new Random(7).NextBytes(sent);
        var feature = connection.Features.Get<IPlacedInputFeature>()!;
        feature.TryPlace(placed).ShouldBeFalse("what has arrived is known on the loop alone");

        await connection.Features.Get<IPolledConnectionFeature>()!.Loop.EnterAsync();
        feature.TryPlace(placed).ShouldBeTrue();
        await peer.GetStream().WriteAsync((byte[])[.. sent, .. "after"u8], _patience.Token);

        var read = await input.ReadAtLeastAsync(sent.Length + 5, _patience.Token);
        read.Buffer.Length.ShouldBe(sent.Length + 5);
        placed.ShouldBe(sent);
        read.Buffer.Slice(sent.Length).ToArray().ShouldBe("after"u8.ToArray());
        input.AdvanceTo(read.Buffer.End);
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task PlacingThatEndsEarly_LeavesThePlaceAloneFromThereOn()
    {
        var (connection, peer) = await ConnectAsync();
        using var _ = peer;
        var (input, placed) = (connection.Transport.Input, new byte[10]);
        var feature = connection.Features.Get<IPlacedInputFeature>()!;
        await connection.Features.Get<IPolledConnectionFeature>()!.Loop.EnterAsync();
        feature.TryPlace(placed).ShouldBeTrue();
        await peer.GetStream().WriteAsync("placed"u8.ToArray(), _patience.Token);
        input.AdvanceTo((await input.ReadAtLeastAsync(6, _patience.Token)).Buffer.GetPosition(6));

        feature.EndPlacing();
        await peer.GetStream().WriteAsync("not"u8.ToArray(), _patience.Token);

        (await input.ReadAtLeastAsync(3, _patience.Token)).Buffer.ToArray().ShouldBe("not"u8.ToArray());
        placed.ShouldBe("placed\0\0\0\0"u8.ToArray());
        await connection.DisposeAsync();
    }

    private async Task<(ConnectionContext Connection, TcpClient Peer)> ConnectAsync()
    {
        await using var listener = await _transport.BindAsync(Anywhere, _patience.Token);
        return await ConnectAsync(listener);
    }

    private async Task<(ConnectionContext Connection, TcpClient Peer)> ConnectAsync(IConnectionListener listener)
    {
        var peer = new TcpClient();
        var accepting = listener.AcceptAsync(_patience.Token);
        await peer.ConnectAsync((IPEndPoint)listener.EndPoint, _patience.Token);
        return ((await accepting)!, peer);
    }

    private async Task EchoAsync(ConnectionContext connection)
    {
        await connection.Transport.Input.CopyToAsync(connection.Transport.Output, _patience.Token);
        await connection.DisposeAsync();
    }

    private async Task UntilAsync(CancellationToken closed)
    {
        var happened = new TaskCompletionSource();
        await using (closed.Register(happened.SetResult)) await happened.Task.WaitAsync(_patience.Token);
    }
}
