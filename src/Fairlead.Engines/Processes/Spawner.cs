using System.Runtime.InteropServices;
using System.Text;

namespace Fairlead.Engines.Processes;

/// <summary>
/// posix_spawn rather than <see cref="System.Diagnostics.Process"/>: the child leads a session of its own, writes its log
/// itself, and starts with default signals and an empty mask (.NET ignores SIGPIPE, and exec hands that on).
/// </summary>
internal static unsafe class Spawner
{
    // glibc and musl need at most 336 bytes for any of the three.
    private const int OpaqueSize = 512;
    private const uint LogMode = 0x1A0; // 0640

    // `exec` keeps the pid, so the launcher's pid is the program's. A cgroup that cannot be entered must not go unnoticed.
    private const string EnterCgroups =
        "while [ \"$1\" != -- ]; do echo $$ > \"$1\" || exit 125; shift; done; shift; exec \"$@\"";

    /// <returns>0 and the pid, or errno of the step that failed; exec's errors are among them.</returns>
    public static int Spawn(string path, SpawnOptions options, out int pid)
    {
        List<string> arguments = [path, .. options.Arguments];
        if (options.CgroupFiles.Count > 0)
        {
            arguments = ["/bin/sh", "-c", EnterCgroups, "fairlead", .. options.CgroupFiles, "--", .. arguments];
            path = "/bin/sh";
        }

        var attributes = NativeMemory.AllocZeroed(OpaqueSize);
        var actions = NativeMemory.AllocZeroed(OpaqueSize);
        var signals = NativeMemory.AllocZeroed(OpaqueSize);
        using var argv = new StringVector(arguments);
        using var envp = new StringVector(options.Environment.Select(v => $"{v.Key}={v.Value}"));
        using var program = new StringVector([path]);
        var held = false;
        try
        {
            options.Inherits?.DangerousAddRef(ref held);
            SetAttributes(attributes, signals);
            SetActions(actions, options);
            int child;
            var error = Libc.posix_spawn(&child, program.Pointer[0], actions, attributes, argv.Pointer, envp.Pointer);
            pid = error == 0 ? child : 0;
            return error;
        }
        finally
        {
            if (held) options.Inherits!.DangerousRelease();
            _ = Libc.posix_spawnattr_destroy(attributes);
            _ = Libc.posix_spawn_file_actions_destroy(actions);
            NativeMemory.Free(attributes);
            NativeMemory.Free(actions);
            NativeMemory.Free(signals);
        }
    }

    private static void SetAttributes(void* attributes, void* signals)
    {
        Require(Libc.posix_spawnattr_init(attributes));
        Require(Libc.posix_spawnattr_setflags(attributes, Libc.SpawnSetSid | Libc.SpawnSetSigDef | Libc.SpawnSetSigMask));
        Require(Libc.sigemptyset(signals));
        Require(Libc.posix_spawnattr_setsigmask(attributes, signals));
        Require(Libc.sigfillset(signals));
        Require(Libc.posix_spawnattr_setsigdefault(attributes, signals));
    }

    /// <summary>Every other descriptor of .NET's is close-on-exec. A dup2 onto itself takes that flag away too (POSIX.1-2024; glibc 2.29, musl 1.1.24).</summary>
    private static void SetActions(void* actions, SpawnOptions options)
    {
        Require(Libc.posix_spawn_file_actions_init(actions));
        Require(Libc.posix_spawn_file_actions_addopen(actions, 0, "/dev/null", 0, 0));
        Require(Libc.posix_spawn_file_actions_addopen(actions, 1, options.Output, Libc.OWrOnly | Libc.OCreat | Libc.OAppend, LogMode));
        Require(Libc.posix_spawn_file_actions_adddup2(actions, 1, 2));
        if (options.Inherits is { } inherited) Require(Libc.posix_spawn_file_actions_adddup2(actions, (int)inherited.DangerousGetHandle(), SpawnOptions.InheritedDescriptor));
        Require(Libc.posix_spawn_file_actions_addchdir_np(actions, options.WorkingFolder));
    }

    /// <summary>These calls fail only when memory is out.</summary>
    private static void Require(int result)
    {
        if (result != 0) throw new InsufficientMemoryException();
    }

    /// <summary>A null-terminated array of null-terminated UTF-8 strings.</summary>
    private sealed class StringVector : IDisposable
    {
        private readonly int _count;

        public StringVector(IEnumerable<string> strings)
        {
            var list = strings.ToList();
            _count = list.Count;
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(_count + 1), (nuint)sizeof(byte*));
            for (var i = 0; i < _count; i++)
            {
                var bytes = Encoding.UTF8.GetBytes(list[i]);
                Pointer[i] = (byte*)NativeMemory.AllocZeroed((nuint)bytes.Length + 1);
                bytes.CopyTo(new Span<byte>(Pointer[i], bytes.Length));
            }
        }

        public byte** Pointer { get; }

        public void Dispose()
        {
            for (var i = 0; i < _count; i++) NativeMemory.Free(Pointer[i]);
            NativeMemory.Free(Pointer);
        }
    }
}
