using System.Net;
using System.Net.Sockets;

namespace Fairlead.Sockets.Tests;

public sealed class OutgoingConnectionTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly PollLoop _loop = new(0, null);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public OutgoingConnectionTests() => _listener.Start();

    public void Dispose()
    {
        _loop.Dispose();
        _listener.Dispose();
    }

    [Fact]
    public Task WhatIsSent_Arrives_AndTheAnswerIsReadWhereItIsSeen_OnTheLoopsThread() => OnLoopAsync(async () =>
    {
        var connection = OutgoingConnection.Open(_loop, _listener.LocalEndpoint);
        await connection.WritableAsync();
        connection.Connected().ShouldBeTrue();
        using var peer = await _listener.AcceptSocketAsync();
        await _loop.EnterAsync();

        connection.Send("ab"u8, "cd"u8).ShouldBe(4);
        var received = new byte[4];
        await peer.ReceiveAsync(received);
        received.ShouldBe("abcd"u8.ToArray());

        await _loop.EnterAsync();
        connection.Receive(received).ShouldBe(0);
        peer.Send("ok"u8);
        await connection.ReadableAsync();
        PollLoop.Current.ShouldBe(_loop);
        connection.Receive(received).ShouldBe(2);

        peer.Dispose();
        while (!connection.MayReceive) await connection.ReadableAsync();
        (connection.Receive(received), connection.Error).ShouldBe((-1, 0));
        connection.Close();
    });

    [Fact]
    public Task NobodyListens_IsKnownByItsError() => OnLoopAsync(async () =>
    {
        var address = _listener.LocalEndpoint;
        _listener.Stop();
        var connection = OutgoingConnection.Open(_loop, address);
        if (connection.Error == 0) await connection.WritableAsync();

        connection.Connected().ShouldBeFalse();
        connection.Reason.ShouldContain("refused");
        connection.Close();
    });

    [Fact]
    public Task Closed_LetsGoWhoWaits() => OnLoopAsync(async () =>
    {
        var connection = OutgoingConnection.Open(_loop, _listener.LocalEndpoint);
        await connection.WritableAsync();
        var waiting = connection.ReadableAsync().AsTask();
        waiting.IsCompleted.ShouldBeFalse();

        connection.Close();

        await waiting;
    });

    private async Task OnLoopAsync(Func<Task> act)
    {
        async Task EnterAsync()
        {
            await _loop.EnterAsync();
            await act();
        }

        // Off the loop again: it must not wait for its own end.
        await Task.Run(EnterAsync).WaitAsync(Patience);
        await Task.Yield();
    }
}
