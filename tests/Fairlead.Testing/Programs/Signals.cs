using System.Runtime.InteropServices;

namespace Fairlead.Testing.Programs;

public static partial class Signals
{
    public const int Interrupt = 2;
    public const int Kill = 9;

    /// <summary>What a native crash ends in.</summary>
    public const int SegmentationFault = 11;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>Sends a signal; a process that is gone already is no error.</summary>
    public static void Send(int pid, int signal) => _ = SendSignal(pid, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
