using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Fairlead.Gateway.Replicas;
using Fairlead.Gateway.Retries;
using Fairlead.Sockets;
using Microsoft.AspNetCore.Http.Features;

namespace Fairlead.Gateway.Forwarding;

/// <summary>
/// A body that Kestrel reads. The beginning is held, up to a limit; when that is all of it, it can be sent
/// any number of times. What is longer streams after the held part and can be sent again only while none of it was read.
/// </summary>
internal sealed class KestrelBody(HttpContext context, PollLoop loop, ReplayMemory memory) : RequestBody
{
    // A size of eight hexadecimal digits and two line ends.
    private const int ChunkFrame = 12;

    // Of a body whose length is not known.
    private const int FirstBytes = 64 << 10;

    private readonly bool _exists = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? false;
    private byte[] _held = [];
    private int _reserved;
    private int _length;
    private bool _complete;
    private bool _streamed;

    private Exception? _fault;

    public override bool CanReplay => IsHeld || !_streamed;

    public override bool IsHeld => !_exists || _complete;

    public override ReadOnlyMemory<byte> Held => _held.AsMemory(0, _length);

    public override long? Length => !_exists ? null : context.Request.ContentLength ?? (_complete ? _length : -1);

    public override Exception? ClientFault => _fault;

    public override async ValueTask<bool> HoldAsync(Interruption stop)
    {
        var length = context.Request.ContentLength;
        if (!_exists || length > memory.PerRequest) return true;
        var most = (int)(length ?? memory.PerRequest);
        var body = context.Request.BodyReader;
        while (_length < most)
        {
            if (_length == _reserved && !TryGrow(length is null ? Math.Min(most, Math.Max(FirstBytes, _reserved * 2)) : most)) return true;
            if (await ReadAsync(body, stop) is not { } read) return false;
            var part = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, _reserved - _length));
            part.CopyTo(_held.AsSpan(_length));
            _length += (int)part.Length;
            _complete = read.IsCompleted && part.Length == read.Buffer.Length;
            body.AdvanceTo(part.End);
            if (_complete) return true;
        }

        // A chunked body that fills the buffer may end just there: only a further read tells.
        _complete = length is not null;
        return true;
    }

    public override async ValueTask<bool> StreamAsync(ReplicaConnection replica, Interruption stop)
    {
        var chunked = Length < 0;
        var body = context.Request.BodyReader;
        if (_length > 0 && !await SendAsync(replica, new ReadOnlySequence<byte>(_held, 0, _length), chunked)) return false;
        _streamed = true;
        while (true)
        {
            if (await ReadAsync(body, stop) is not { } read) return false;
            var sent = read.Buffer.IsEmpty || await SendAsync(replica, read.Buffer, chunked);
            body.AdvanceTo(read.Buffer.End);
            if (!sent || stop.UploadEnded) return false;
            if (read.IsCompleted) return !chunked || await replica.SendAllAsync(new ReadOnlySequence<byte>("0\r\n\r\n"u8.ToArray()));
        }
    }

    public override void Dispose()
    {
        if (_held.Length > 0) ArrayPool<byte>.Shared.Return(_held);
        memory.Release(_reserved);
        (_held, _reserved) = ([], 0);
    }

    private bool TryGrow(int size)
    {
        if (!memory.TryHold(size - _reserved)) return false;
        var larger = ArrayPool<byte>.Shared.Rent(size);
        _held.AsSpan(0, _length).CopyTo(larger);
        if (_held.Length > 0) ArrayPool<byte>.Shared.Return(_held);
        (_held, _reserved) = (larger, size);
        return true;
    }

    /// <returns>Null when there is no more to be had.</returns>
    private async ValueTask<ReadResult?> ReadAsync(PipeReader body, Interruption stop)
    {
        stop.ReadsBody = true;
        ReadResult read;
        try
        {
            read = await body.ReadAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            await loop.EnterAsync();
            stop.ReadsBody = false;
            _fault = e;
            stop.Interrupt(AttemptFailure.Client);
            return null;
        }

        // Kestrel unpacks chunks on another thread.
        await loop.EnterAsync();
        stop.ReadsBody = false;
        if (!read.IsCanceled && stop.Reason == AttemptFailure.None && !stop.UploadEnded) return read;
        body.AdvanceTo(read.Buffer.Start);
        return null;
    }

    private static async ValueTask<bool> SendAsync(ReplicaConnection replica, ReadOnlySequence<byte> bytes, bool chunked)
    {
        if (!chunked) return await replica.SendAllAsync(bytes);
        var frame = ArrayPool<byte>.Shared.Rent((int)bytes.Length + ChunkFrame);
        try
        {
            ((int)bytes.Length).TryFormat(frame, out var length, "x", CultureInfo.InvariantCulture);
            "\r\n"u8.CopyTo(frame.AsSpan(length));
            bytes.CopyTo(frame.AsSpan(length + 2));
            length += 2 + (int)bytes.Length;
            "\r\n"u8.CopyTo(frame.AsSpan(length));
            return await replica.SendAllAsync(new ReadOnlySequence<byte>(frame, 0, length + 2));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }
}
