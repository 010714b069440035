using System.IO.Pipelines;
using System.Net;
using Fairlead.Gateway.Replicas;
using Fairlead.Gateway.Retries;
using Fairlead.Sockets;
using Microsoft.AspNetCore.Http.Features;

namespace Fairlead.Gateway.Forwarding;

/// <summary>A client whose request Kestrel has read.</summary>
internal sealed class KestrelClient(HttpContext context) : IClient
{
    private readonly IHttpRequestFeature _request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
    private PipeWriter? _writer;

    public IPolledConnectionFeature Connection { get; } = context.Features.GetRequiredFeature<IPolledConnectionFeature>();

    public string Method => _request.Method;

    public string Host => _request.Headers.Host.ToString();

    public string Scheme => _request.Scheme;

    public string? Address => context.Features.GetRequiredFeature<IHttpConnectionFeature>().RemoteIpAddress is { } address ? Text(address) : null;

    public long? ContentLength => _request.Headers.ContentLength;

    public static string Text(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();

    public RequestIdentity Identify() => RequestIdentity.Of(_request.Headers);

    public void WriteHeaders(RequestHead head)
    {
        var connection = _request.Headers.Connection;
        foreach (var (name, values) in _request.Headers)
        {
            if (!HeaderRules.PassesToReplica(name, connection)) continue;
            for (var i = 0; i < values.Count; i++) head.Header(name, values[i] ?? "");
        }
    }

    public RequestBody Body(long most, ReplayMemory memory)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = most;
        return new KestrelBody(context, Connection.Loop, memory);
    }

    public void CancelBody() => context.Request.BodyReader.CancelPendingRead();

    public void BeginAnswer(AnswerHead head, ReadOnlySpan<byte> bytes, string requestId)
    {
        AnswerHeaders.Copy(head, bytes, context.Features.GetRequiredFeature<IHttpResponseFeature>(), requestId);
        _writer = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer;
    }

    public ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        var writing = _writer!.WriteAsync(bytes, CancellationToken.None);
        return writing.IsCompletedSuccessfully ? new(!writing.Result.IsCompleted) : WrittenAsync(writing);
    }

    /// <summary>Kestrel sends what is left when the request ends.</summary>
    public ValueTask<bool> EndAnswerAsync() => new(true);

    public Task ErrorAsync(int status, string error, string requestId)
    {
        context.Response.Headers[HeaderRules.RequestId] = requestId;
        return OwnAnswer.ErrorAsync(context, status, error, context.RequestAborted);
    }

    public void Abort() => context.Abort();

    private static async ValueTask<bool> WrittenAsync(ValueTask<FlushResult> writing)
    {
        try
        {
            return !(await writing).IsCompleted;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
