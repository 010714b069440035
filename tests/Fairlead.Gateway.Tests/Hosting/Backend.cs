using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Fairlead.Core.Routing;

namespace Fairlead.Gateway.Tests.Hosting;

/// <summary>
/// A replica on a raw socket that can misbehave: it answers as it is told, and can be killed (connections reset, nobody
/// listens) or stopped (the kernel still accepts, nobody answers).
/// </summary>
internal sealed class Backend : IAsyncDisposable
{
    public const string ReadyPath = "/ready-check";
    private readonly ConcurrentDictionary<Socket, byte> _open = [];
    private readonly CancellationTokenSource _end = new();
    private readonly Func<BackendRequest, Task> _answer;
    private volatile TaskCompletionSource? _stopped;
    private Socket _listener;
    private int _attempts;
    private int _inFlight;

    private Backend(string id, Func<BackendRequest, Task> answer, int port)
    {
        (Id, _answer) = (id, answer);
        _listener = Listen(port);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _ = AcceptAsync(_listener);
    }

    public string Id { get; }

    public int Port { get; }

    /// <summary>What the ready check is answered.</summary>
    public int ReadyStatus { get; set; } = 200;

    /// <summary>Requests read, ready checks left out.</summary>
    public int Attempts => Volatile.Read(ref _attempts);

    public int InFlight => Volatile.Read(ref _inFlight);

    public ConcurrentQueue<BackendRequest> Seen { get; } = [];

    public ReplicaRoute Route => new(Id, $"127.0.0.1:{Port}", ReadyPath);

    /// <param name="answer">Null: 200 with the replica's id.</param>
    public static Backend Start(string id, Func<BackendRequest, Task>? answer = null, int port = 0) => new(id, answer ?? (r => r.AnswerAsync(200, id)), port);

    /// <summary>As SIGKILL does: nobody listens, open connections are reset.</summary>
    public void Kill()
    {
        _listener.Dispose();
        foreach (var socket in _open.Keys) socket.Close(0);
    }

    /// <summary>Listens again on the same port.</summary>
    public void Revive()
    {
        _listener = Listen(Port);
        _ = AcceptAsync(_listener);
    }

    /// <summary>As SIGSTOP does: connections come about in the kernel, and nothing is read or written.</summary>
    public void Stop() => _stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Continue()
    {
        var stopped = _stopped;
        _stopped = null;
        stopped?.SetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Continue();
        Kill();
    }

    private static Socket Listen(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen(512);
        return socket;
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync(_end.Token);
                socket.NoDelay = true;
                _open.TryAdd(socket, 0);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Killed or at its end.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            var wire = new WireReader(socket);
            while (await wire.ReadRequestAsync(_end.Token) is { } request)
            {
                if (_stopped is { } stopped) await stopped.Task;
                if (request.Target == ReadyPath) await request.AnswerAsync(ReadyStatus);
                else await AnswerAsync(request);
                if (request.Header("Connection")?.Contains("close", StringComparison.OrdinalIgnoreCase) == true) break;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException or IOException)
        {
            // Cut by a test or by the gateway.
        }
        finally
        {
            _open.TryRemove(socket, out _);
            socket.Dispose();
        }
    }

    private async Task AnswerAsync(BackendRequest request)
    {
        Interlocked.Increment(ref _attempts);
        Interlocked.Increment(ref _inFlight);
        Seen.Enqueue(request);
        while (Seen.Count > 100) Seen.TryDequeue(out _);
        try
        {
            await _answer(request);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }
}
