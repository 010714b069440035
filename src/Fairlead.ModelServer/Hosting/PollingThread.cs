using System.Runtime.CompilerServices;

namespace Fairlead.ModelServer.Hosting;

/// <summary>
/// A request begins inside the loop that reads its connection and, with <see cref="SocketThreads"/>, on the thread that
/// polls many others. Who is about to take long leaves both: only then is it seen when the client goes away.
/// </summary>
internal static class PollingThread
{
    /// <summary>Goes on on the thread pool.</summary>
    public static YieldAwaitable LeaveAsync() => Task.Yield();
}
