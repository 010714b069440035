using System.Threading.Channels;
using Fairlead.Core.Identity;

namespace Fairlead.Engines.Process;

/// <summary>Tells every watcher of a replica that has ended. A watcher hears all that comes after it asked.</summary>
internal sealed class ExitFeed
{
    private readonly Lock _gate = new();
    private readonly List<Channel<ReplicaId>> _watchers = [];

    public IAsyncEnumerable<ReplicaId> Watch(CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<ReplicaId>();
        lock (_gate) _watchers.Add(channel);
        cancellationToken.Register(() =>
        {
            lock (_gate) _watchers.Remove(channel);
        });
        return channel.Reader.ReadAllAsync(cancellationToken);
    }

    public void Publish(ReplicaId replica)
    {
        lock (_gate)
        {
            foreach (var watcher in _watchers) watcher.Writer.TryWrite(replica);
        }
    }

    /// <summary>Ends every watch.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            foreach (var watcher in _watchers) watcher.Writer.TryComplete();
        }
    }
}
