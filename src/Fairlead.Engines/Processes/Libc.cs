using System.Runtime.InteropServices;

namespace Fairlead.Engines.Processes;

/// <summary>The calls of the C library that .NET has no equivalent for. Linux, glibc 2.29 or musl 1.1.24 and newer.</summary>
internal static unsafe partial class Libc
{
    public const int SigTerm = 15;
    public const int SigKill = 9;
    public const int SigCont = 18;

    public const int EPerm = 1;
    public const int ENoEnt = 2;
    public const int ESrch = 3;
    public const int EIntr = 4;
    public const int E2Big = 7;
    public const int ENoExec = 8;
    public const int EAgain = 11;
    public const int ENoMem = 12;
    public const int EAcces = 13;
    public const int ENoSpc = 28;
    public const int ERoFs = 30;
    public const int EDQuot = 122;

    public const short SpawnSetSigDef = 0x04;
    public const short SpawnSetSigMask = 0x08;
    public const short SpawnSetSid = 0x80;

    public const int OWrOnly = 1;
    public const int OCreat = 0x40;
    public const int OAppend = 0x400;

    public const int XOk = 1;
    public const int WOk = 2;

    public const uint EpollIn = 1;
    public const uint EpollOneShot = 1u << 30;
    public const int EpollCloExec = 0x80000;
    public const int EpollAdd = 1;

    public const ulong MsNoSuid = 2;
    public const ulong MsNoDev = 4;
    public const int MntDetach = 2;

    public const int PPid = 1;
    public const int WNoHang = 1;
    public const int WExited = 4;

    private const long PidfdOpenNumber = 434;

    [LibraryImport("libc")]
    public static partial int posix_spawn(int* pid, byte* path, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_destroy(void* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigdefault(void* attributes, void* signals);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigmask(void* attributes, void* signals);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_destroy(void* actions);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn_file_actions_addopen(void* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_adddup2(void* actions, int from, int to);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn_file_actions_addchdir_np(void* actions, string path);

    [LibraryImport("libc")]
    public static partial int sigfillset(void* signals);

    [LibraryImport("libc")]
    public static partial int sigemptyset(void* signals);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int access(string path, int mode);

    [LibraryImport("libc")]
    public static partial uint geteuid();

    [LibraryImport("libc", SetLastError = true)]
    public static partial int waitid(int kind, int id, SignalInformation* information, int options);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_ctl(int epoll, int operation, int descriptor, void* registration);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_wait(int epoll, void* events, int count, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int descriptor);

    [LibraryImport("libc")]
    public static partial long sysconf(int name);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mount(string source, string target, string type, ulong flags, string options);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int umount2(string target, int flags);

    /// <summary>A descriptor that becomes readable when the process ends, child or not (pidfd_open(2), Linux 5.3); -1 with errno.</summary>
    public static int PidfdOpen(int pid) => (int)syscall(PidfdOpenNumber, pid, 0);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long first, long second);

    /// <summary>The head of siginfo_t as waitid fills it, on 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    public struct SignalInformation
    {
        public const int Exited = 1;

        [FieldOffset(8)]
        public int Code;

        [FieldOffset(16)]
        public int Pid;

        [FieldOffset(24)]
        public int Status;
    }
}
