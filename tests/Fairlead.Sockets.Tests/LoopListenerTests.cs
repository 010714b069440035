using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fairlead.Sockets.Tests;

public sealed class LoopListenerTests : IDisposable
{
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(60));
    private readonly PollingTransport _transport = new(threads: 2);
    private readonly Socket _listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly int[] _onLoop = new int[2];

    public LoopListenerTests()
    {
        _listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listening.Listen();
    }

    public void Dispose()
    {
        _transport.Dispose();
        _listening.Dispose();
        _patience.Dispose();
    }

    [Fact]
    public async Task Connections_AreSpreadEvenly_AndAnsweredOnTheirLoops()
    {
        await using var listener = Start();
        var peers = new List<TcpClient>();
        for (var i = 0; i < 8; i++)
        {
            peers.Add(await ConnectAsync());
            (await AskAsync(peers[i], "a.bc.")).ShouldBe("a.bc.");
        }

        _onLoop.ShouldBe([4, 4]);
        peers.ForEach(p => p.Dispose());
        await listener.CloseAsync();
        await listener.EmptyAsync(_patience.Token);
    }

    [Fact]
    public async Task WhatIsHandedOver_HasAllBytesThatWereNotAnswered()
    {
        await using var listener = Start();
        using var peer = await ConnectAsync();

        (await AskAsync(peer, "a.!rest.")).ShouldBe("a.");

        var connection = (await listener.AcceptAsync(_patience.Token))!;
        var read = await connection.Transport.Input.ReadAtLeastAsync(6, _patience.Token);
        Encoding.ASCII.GetString(read.Buffer).ShouldBe("!rest.");
        connection.Transport.Input.AdvanceTo(read.Buffer.End);
        await connection.Transport.Output.WriteAsync("done"u8.ToArray(), _patience.Token);
        (await ReadAsync(peer, 4)).ShouldBe("done");
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task WhatStaysUnfinished_IsHandedOverAfterAMoment()
    {
        await using var listener = Start();
        using var peer = await ConnectAsync();
        await peer.GetStream().WriteAsync("half"u8.ToArray(), _patience.Token);

        var connection = (await listener.AcceptAsync(_patience.Token))!;

        Encoding.ASCII.GetString((await connection.Transport.Input.ReadAtLeastAsync(4, _patience.Token)).Buffer).ShouldBe("half");
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task Closed_ItLeavesTheSocketToOthers()
    {
        var first = Start();
        await first.CloseAsync();
        await using var second = Start();
        using var peer = await ConnectAsync();

        (await AskAsync(peer, "a.")).ShouldBe("a.");

        await first.EmptyAsync(_patience.Token);
        await first.UnbindAsync(_patience.Token);
        (await first.AcceptAsync(_patience.Token)).ShouldBeNull();
    }

    [Fact]
    public async Task TwoAcceptOnOneSocketAtOnce_AndWhenOneEndsTheOtherTakesWhatComes()
    {
        // As two processes do, each with loops of its own.
        using var others = new PollingTransport(threads: 2);
        await using var first = Start();
        await using var second = Start(others);
        first.EndPoint.ShouldBe(_listening.LocalEndPoint);
        for (var i = 0; i < 8; i++)
        {
            using var peer = await ConnectAsync();
            (await AskAsync(peer, "a.")).ShouldBe("a.");
        }

        await first.UnbindAsync(_patience.Token);

        using var next = await ConnectAsync();
        (await AskAsync(next, "b.")).ShouldBe("b.");
    }

    [Fact]
    public async Task Drained_IdleConnectionsEnd()
    {
        await using var listener = Start();
        using var peer = await ConnectAsync();
        (await AskAsync(peer, "a.")).ShouldBe("a.");
        await listener.CloseAsync();

        await listener.DrainAsync(_patience.Token);

        (await peer.GetStream().ReadAsync(new byte[1], _patience.Token)).ShouldBe(0);
    }

    private LoopListener Start(PollingTransport? transport = null)
    {
        var listener = new LoopListener(_listening, transport ?? _transport, mostConnections: 100, TimeSpan.FromMinutes(1), (home, loop, descriptor) =>
        {
            Interlocked.Increment(ref _onLoop[loop.Number]);
            return new Sentences(home, loop, descriptor);
        });
        listener.Start();
        return listener;
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var peer = new TcpClient();
        await peer.ConnectAsync((IPEndPoint)_listening.LocalEndPoint!, _patience.Token);
        return peer;
    }

    private async Task<string> AskAsync(TcpClient peer, string text)
    {
        await peer.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), _patience.Token);
        return await ReadAsync(peer, text.Contains('!', StringComparison.Ordinal) ? text.IndexOf('!', StringComparison.Ordinal) : text.Length);
    }

    private async Task<string> ReadAsync(TcpClient peer, int length)
    {
        var bytes = new byte[length];
        await peer.GetStream().ReadExactlyAsync(bytes, _patience.Token);
        return Encoding.ASCII.GetString(bytes);
    }

    /// <summary>Sends each sentence back, one after the other; one that begins with an exclamation mark is somebody else's.</summary>
    private sealed class Sentences(LoopListener home, PollLoop loop, int descriptor) : DirectConnection(home, loop, descriptor)
    {
        protected override DirectStep Take(ReadOnlyMemory<byte> received, out int wanted)
        {
            wanted = 0;
            if (received.Span[0] == '!') return DirectStep.HandOver;
            var end = received.Span.IndexOf((byte)'.') + 1;
            if (end == 0) return DirectStep.More;
            _ = AnswerAsync(received[..end]);
            return DirectStep.Taken;
        }

        protected override bool TryHold(int bytes) => true;

        protected override void Release(int bytes)
        {
            // Nothing is counted.
        }

        protected override void OnProgress(int bytes)
        {
            // Nobody asks.
        }

        private async Task AnswerAsync(ReadOnlyMemory<byte> sentence) => Complete(sentence.Length, !await SendAsync(sentence, default));
    }
}
