namespace Fairlead.Engines.Processes;

/// <summary>How a process ended. Both are null when it was not our child: nobody but its parent is told.</summary>
/// <param name="Code">Its exit code when it ended by itself.</param>
/// <param name="Signal">The signal that ended it, such as <c>SIGKILL</c>.</param>
public sealed record ProcessExit(int? Code, string? Signal)
{
    private static readonly string[] Names =
    [
        "", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV",
        "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU",
        "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    ];

    internal static string NameOf(int signal) => signal > 0 && signal < Names.Length ? Names[signal] : $"signal {signal}";
}
