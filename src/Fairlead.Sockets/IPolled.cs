namespace Fairlead.Sockets;

/// <summary>What a <see cref="PollLoop"/> looks after.</summary>
internal interface IPolled
{
    int Descriptor { get; }

    /// <summary>On the loop's thread; events as of epoll_ctl(2), edge-triggered.</summary>
    void OnEvents(uint events);
}
