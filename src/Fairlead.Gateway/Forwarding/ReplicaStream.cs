using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Fairlead.Gateway.Forwarding;

/// <summary>
/// A connection to a replica. When it breaks before the first byte of an answer it says so with an exception that
/// SocketsHttpHandler passes on: for its own it would send requests without a body again, up to three times, to the same
/// replica, past the retry budget.
/// </summary>
internal sealed class ReplicaStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private bool _awaitsAnswer;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _awaitsAnswer && !buffer.IsEmpty ? ReadFirstAsync(buffer, cancellationToken) : base.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _awaitsAnswer = true;
        var writing = base.WriteAsync(buffer, cancellationToken);
        return writing.IsCompletedSuccessfully ? writing : WritingAsync(writing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadFirstAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int read;
        try
        {
            read = await base.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException e)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "The replica broke the connection before it answered.", e);
        }

        if (read == 0) throw new HttpRequestException(HttpRequestError.ResponseEnded, "The replica closed the connection before it answered.");
        _awaitsAnswer = false;
        return read;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask WritingAsync(ValueTask writing)
    {
        try
        {
            await writing;
        }
        catch (IOException e)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "The replica broke the connection while the request was sent.", e);
        }
    }
}
