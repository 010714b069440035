using Fairlead.Gateway.Replicas;
using Fairlead.Gateway.Retries;
using Fairlead.Sockets;

namespace Fairlead.Gateway.Forwarding;

/// <summary>The client's side of an exchange: its request, and the way that its answer takes. On the loop's thread.</summary>
internal interface IClient
{
    IPolledConnectionFeature Connection { get; }

    string Method { get; }

    /// <summary>"" when it names none.</summary>
    string Host { get; }

    string Scheme { get; }

    /// <summary>Null when nobody knows.</summary>
    string? Address { get; }

    /// <summary>Null when the client states none.</summary>
    long? ContentLength { get; }

    RequestIdentity Identify();

    /// <summary>Those headers that pass.</summary>
    void WriteHeaders(RequestHead head);

    /// <param name="most">Bytes; more is refused as they come.</param>
    RequestBody Body(long most, ReplayMemory memory);

    /// <summary>Whatever waits for the body goes on without it.</summary>
    void CancelBody();

    /// <param name="bytes">What the head's places count into; gone when this returns.</param>
    void BeginAnswer(AnswerHead head, ReadOnlySpan<byte> bytes, string requestId);

    /// <summary>The next bytes of the answer's body, the caller's again when it completes. False when the client takes no more.</summary>
    ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>All of the answer is written. False when the client takes no more.</summary>
    ValueTask<bool> EndAnswerAsync();

    /// <summary>An answer of the gateway's own.</summary>
    Task ErrorAsync(int status, string error, string requestId);

    /// <summary>The connection ends as it is: the client must not take what it has for the whole.</summary>
    void Abort();
}
