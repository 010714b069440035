namespace Fairlead.ModelServer.Hosting;

/// <summary>
/// Runs what follows a socket's event on the thread that polls for it, instead of handing it to the thread pool: for a
/// model of microseconds the two changes of thread cost more than the request. What takes longer leaves that thread by
/// itself (<see cref="Http.InferEndpoint"/>), so that one connection never holds up the others.
/// </summary>
internal static class SocketThreads
{
    // Read once by System.Net.Sockets, when the first socket is used; there is no other way to set them.
    private const string Inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
    private const string Count = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    /// <summary>To be called before any socket is used.</summary>
    public static void Set(int threads)
    {
        SetUnlessGiven(Inline, "1");
        SetUnlessGiven(Count, threads.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static void SetUnlessGiven(string name, string value)
    {
        if (Environment.GetEnvironmentVariable(name) is null) Environment.SetEnvironmentVariable(name, value);
    }
}
