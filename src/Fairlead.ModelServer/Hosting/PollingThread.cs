using System.Runtime.CompilerServices;
using Fairlead.Sockets;

namespace Fairlead.ModelServer.Hosting;

/// <summary>
/// A request begins on the thread that polls its connection and many others (<see cref="PollLoop"/>). Who is about
/// to take long leaves it: only then are the others served, and is it seen when the client goes away.
/// </summary>
internal static class PollingThread
{
    /// <summary>Goes on on the thread pool.</summary>
    public static YieldAwaitable LeaveAsync() => Task.Yield();
}
