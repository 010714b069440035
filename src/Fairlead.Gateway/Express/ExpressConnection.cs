using System.Text.Json;
using Fairlead.Gateway.Forwarding;
using Fairlead.Gateway.Replicas;
using Fairlead.Gateway.Retries;
using Fairlead.Gateway.Routing;
using Fairlead.Sockets;

namespace Fairlead.Gateway.Express;

/// <summary>A client's connection as long as its requests are plain and go to a replica: then no server stands between its loop and the exchange.</summary>
internal sealed class ExpressConnection(ExpressLane lane, LoopListener home, PollLoop loop, int descriptor) : DirectConnection(home, loop, descriptor), IClient
{
    private readonly PlainRequest _request = new(lane.Limits);
    private readonly HeldBody _body = new();
    private Interruption? _stop;
    private ByteWriter _out;
    private string? _address;
    private bool _chunked;
    private bool _begun;
    private bool _ended;
    private bool _closes;

    public IPolledConnectionFeature Connection => this;

    public string Method => _request.Method;

    public string Host => TextCache.OfThread.Text(_request.Host);

    public string Scheme => "http";

    public string? Address => _address ??= PeerAddress is { } address ? KestrelClient.Text(address) : null;

    public long? ContentLength => _request.ContentLength;

    public RequestIdentity Identify() => RequestIdentity.Of(Text(_request.RequestId), Text(_request.TraceParent));

    public void WriteHeaders(RequestHead head)
    {
        var bytes = _request.Bytes;
        foreach (var header in _request.Headers)
        {
            if (HeaderRules.PassesToReplica(bytes.Slice(header.Name, header.NameLength))) head.Line(bytes[header.Name..(header.Value + header.ValueLength)]);
        }
    }

    public RequestBody Body(long most, ReplayMemory memory) => _body.Of(_request.Body);

    public void CancelBody()
    {
        // It is there: nobody waits for it.
    }

    public void BeginAnswer(AnswerHead head, ReadOnlySpan<byte> bytes, string requestId)
    {
        (_begun, _closes) = (true, _closes || EndsNow);
        _chunked = PlainAnswer.Write(ref _out, head, bytes, requestId, _closes);
    }

    public ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty) return new(true);
        if (_chunked)
        {
            _out.Add(bytes.Length, "x");
            _out.Add("\r\n"u8);
            _out.Add(bytes.Span);
            _out.Add("\r\n"u8);
            return FlushAsync(default);
        }

        // Copied faster than the system takes two pieces.
        if (_out.Length == 0 || bytes.Length > _out.Room) return FlushAsync(bytes);
        _out.Add(bytes.Span);
        return FlushAsync(default);
    }

    public ValueTask<bool> EndAnswerAsync()
    {
        _ended = true;
        if (_chunked) _out.Add("0\r\n\r\n"u8);
        return _out.Length == 0 ? new(true) : FlushAsync(default);
    }

    public async Task ErrorAsync(int status, string error, string requestId)
    {
        (_begun, _closes) = (true, _closes || EndsNow);
        PlainAnswer.WriteOwn(ref _out, status, JsonSerializer.SerializeToUtf8Bytes(new ErrorBody(error), OwnJson.Default.ErrorBody), requestId, _closes);
        var sending = FlushAsync(default);

        // Who does not even take this is not waited for.
        if (!sending.IsCompleted) Abort();
        _ended = await sending;
    }

    protected override DirectStep Take(ReadOnlyMemory<byte> received, out int wanted)
    {
        wanted = 0;
        var verdict = _request.Read(received, lane.Memory.PerRequest);
        if (verdict is PlainVerdict.MoreHead) return DirectStep.More;
        if (verdict is PlainVerdict.Other) return DirectStep.HandOver;
        var target = RequestTarget.Of(TextCache.OfThread.Text(_request.Target));
        if (lane.Find(target, _request) is not { } deployment) return DirectStep.HandOver;
        if (verdict is PlainVerdict.MoreBody)
        {
            wanted = _request.Length;
            return DirectStep.More;
        }

        (_closes, _begun, _ended, _chunked) = (_request.Closes, false, false, false);
        _ = AnswerAsync(target, deployment);
        return DirectStep.Taken;
    }

    protected override bool TryHold(int bytes) => lane.Memory.TryHold(bytes);

    protected override void Release(int bytes) => lane.Memory.Release(bytes);

    protected override void OnProgress(int bytes) => _stop?.OnTaken(bytes);

    private bool EndsNow => ClosesNext || lane.HandsOver;

    private async Task AnswerAsync(RequestTarget target, DeploymentModel deployment)
    {
        try
        {
            var exchange = lane.Begin(this, target, deployment);
            _stop = exchange.Stop;
            await lane.RunAsync(exchange, deployment);
        }
        catch (Exception e)
        {
            lane.Failed(e, Method, target.Path);
            await Loop.EnterAsync();
            if (!_begun) await ErrorAsync(StatusCodes.Status500InternalServerError, "The gateway failed; its log says why.", Identify().RequestId);
        }
        finally
        {
            _stop = null;
            _out.Release();
            Complete(_request.Length, _closes || !_ended);
        }
    }

    private async ValueTask<bool> SentAsync(ValueTask<bool> sending)
    {
        var sent = await sending;
        _out.Clear();
        return sent;
    }

    /// <summary>What was written, and then these.</summary>
    private ValueTask<bool> FlushAsync(ReadOnlyMemory<byte> bytes)
    {
        var sending = SendAsync(_out.Written, bytes);
        if (!sending.IsCompleted) return SentAsync(sending);
        _out.Clear();
        return sending;
    }

    private static string? Text(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? null : System.Text.Encoding.ASCII.GetString(bytes);
}
