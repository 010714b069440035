using System.Buffers;
using System.Net;
using Fairlead.Gateway.Retries;
using Microsoft.AspNetCore.Http.Features;

namespace Fairlead.Gateway.Forwarding;

/// <summary>
/// A client's body on its way to replicas. The beginning is held, up to a limit; when that is all of it, it can be sent
/// any number of times. What is longer streams after the held part and can be sent again only while none of it was read.
/// </summary>
internal sealed class RequestBody(HttpContext context, ReplayMemory memory) : IDisposable
{
    private readonly bool _exists = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? false;
    private byte[] _held = [];
    private int _reserved;
    private int _length;
    private bool _complete;
    private bool _streamed;

    public bool CanReplay => !_exists || _complete || !_streamed;

    /// <summary>What went wrong on the client's side of the body while it was streamed; null when nothing did.</summary>
    public Exception? ClientFault { get; private set; }

    /// <summary>Reads small bodies whole before a replica is asked, so that a slow client holds no replica up.</summary>
    /// <exception cref="IOException">The client broke it off; <see cref="BadHttpRequestException"/> when it broke a rule.</exception>
    public async Task HoldAsync(CancellationToken cancellationToken)
    {
        var length = context.Request.ContentLength;
        var wanted = (int)Math.Min(length ?? memory.PerRequest, memory.PerRequest);
        if (!_exists || length > memory.PerRequest || !memory.TryHold(wanted)) return;
        _reserved = wanted;
        _held = ArrayPool<byte>.Shared.Rent(Math.Max(1, wanted));
        while (_length < wanted || length is null)
        {
            // A chunked body that fills the buffer may end just there: only a further read tells.
            if (_length == wanted) return;
            var read = await context.Request.Body.ReadAsync(_held.AsMemory(_length, wanted - _length), cancellationToken);
            if (read == 0) break;
            _length += read;
        }

        _complete = true;
    }

    /// <returns>Null when the request has no body.</returns>
    public HttpContent? ForAttempt() => _exists ? new Content(this) : null;

    public void Dispose()
    {
        if (_held.Length > 0) ArrayPool<byte>.Shared.Return(_held);
        memory.Release(_reserved);
        (_held, _reserved) = ([], 0);
    }

    private async Task SendAsync(Stream replica, CancellationToken cancellationToken)
    {
        if (_length > 0) await replica.WriteAsync(_held.AsMemory(0, _length), cancellationToken);
        if (_complete) return;
        _streamed = true;
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            while (await ReadAsync(buffer, cancellationToken) is var read and > 0) await replica.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<int> ReadAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await context.Request.Body.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            ClientFault = e;
            throw;
        }
    }

    private sealed class Content(RequestBody body) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) => body.SendAsync(stream, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = body.KnownLength ?? 0;
            return body.KnownLength is not null;
        }
    }

    private long? KnownLength => context.Request.ContentLength ?? (_complete ? _length : null);
}
