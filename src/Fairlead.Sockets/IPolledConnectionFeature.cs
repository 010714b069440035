namespace Fairlead.Sockets;

/// <summary>What a request can know of the connection it came on.</summary>
internal interface IPolledConnectionFeature
{
    PollLoop Loop { get; }

    /// <summary>Told, on the loop's thread, when the peer has ended or the connection is lost; one at a time, null for none.</summary>
    IConnectionWatcher? Watcher { get; set; }
}

internal interface IConnectionWatcher
{
    void OnPeerGone();
}
