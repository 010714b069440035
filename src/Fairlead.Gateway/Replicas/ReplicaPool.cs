using System.Net;
using System.Net.Sockets;
using Fairlead.Gateway.Forwarding;
using Fairlead.Gateway.Retries;
using Fairlead.Gateway.Routing;
using Fairlead.Sockets;

namespace Fairlead.Gateway.Replicas;

/// <summary>
/// The connections that one loop has to one replica. The last that came back goes out first, so that the others grow old and
/// end. On the loop's thread alone: a request and its answer never leave the thread of the client's connection.
/// </summary>
internal sealed class ReplicaPool(ReplicaState replica, PollLoop loop)
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(30);

    private readonly List<ReplicaConnection> _idle = [];
    private readonly List<ReplicaConnection> _lent = [];
    private CancellationToken _standing;

    /// <summary>Null when all that there are carry a request.</summary>
    public ReplicaConnection? Take(Interruption user)
    {
        WatchStanding();
        if (_idle.Count == 0) return null;
        var connection = _idle[^1];
        _idle.RemoveAt(_idle.Count - 1);
        loop.Deadlines.Clear(connection.Limit);
        (connection.IsIdle, connection.IsReused) = (false, true);
        Lend(connection, user);
        return connection;
    }

    /// <summary>A new connection, lent; or why there is none.</summary>
    public async ValueTask<(ReplicaConnection? Connection, AttemptFailure Failure, string Reason)> OpenAsync(TimeSpan timeout, Interruption user)
    {
        WatchStanding();
        EndPoint address;
        try
        {
            address = await ResolveAsync(user);
        }
        catch (SocketException e)
        {
            return (null, AttemptFailure.Refused, $"{replica.Address}: {e.Message}");
        }

        if (user.Reason != AttemptFailure.None) return (null, user.Reason, "");
        var connection = new ReplicaConnection(this, OutgoingConnection.Open(loop, address));
        Lend(connection, user);
        loop.Deadlines.Set(connection.Limit, timeout);
        if (connection.Wire.Error == 0) await connection.Wire.WritableAsync();
        loop.Deadlines.Clear(connection.Limit);
        var failure = !connection.TookTooLong && user.Reason == AttemptFailure.None && connection.Wire.Connected() ? AttemptFailure.None
            : user.Reason != AttemptFailure.None ? user.Reason
            : connection.TookTooLong ? AttemptFailure.ConnectTimeout
            : AttemptFailure.Refused;
        if (failure == AttemptFailure.None) return (connection, failure, "");
        Drop(connection);
        return (null, failure, failure == AttemptFailure.ConnectTimeout ? $"{replica.Address}: no connection within {timeout.TotalSeconds} s" : $"{replica.Address}: {connection.Wire.Reason}");
    }

    public void Return(ReplicaConnection connection)
    {
        Forget(connection);
        connection.IsIdle = true;
        _idle.Add(connection);
        loop.Deadlines.Set(connection.Limit, IdleTime);
    }

    public void Drop(ReplicaConnection connection)
    {
        loop.Deadlines.Clear(connection.Limit);
        if (connection.IsIdle) _idle.Remove(connection);
        else Forget(connection);
        connection.IsIdle = false;
        connection.Wire.Close();
    }

    private void Lend(ReplicaConnection connection, Interruption user)
    {
        (connection.User, connection.Place) = (user, _lent.Count);
        _lent.Add(connection);
        user.Waiting = connection.Wire;
    }

    private void Forget(ReplicaConnection connection)
    {
        connection.User!.Waiting = null;
        connection.User = null;
        var last = _lent[^1];
        (_lent[connection.Place], last.Place) = (last, connection.Place);
        _lent.RemoveAt(_lent.Count - 1);
    }

    /// <summary>One registration for all requests: when the replica goes down, those that can go elsewhere do.</summary>
    private void WatchStanding()
    {
        var standing = replica.Health.Standing;
        if (standing == _standing) return;
        _standing = standing;
        standing.UnsafeRegister(static state => ((ReplicaPool)state!).OnDown(), this);
    }

    private void OnDown() => loop.Schedule(
        static state =>
        {
            foreach (var connection in ((ReplicaPool)state!)._lent.ToArray()) connection.User?.OnReplicaDown();
        },
        this);

    private async ValueTask<EndPoint> ResolveAsync(Interruption user)
    {
        if (IPEndPoint.TryParse(replica.Address, out var known)) return known;
        var colon = replica.Address.LastIndexOf(':');
        using var patience = new CancellationTokenSource(user.Left, TimeProvider.System);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(replica.Address[..colon].Trim('[', ']'), patience.Token);
            return new IPEndPoint(addresses[0], int.Parse(replica.Address.AsSpan(colon + 1)));
        }
        catch (OperationCanceledException)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
        finally
        {
            await loop.EnterAsync();
        }
    }
}
