using System.ComponentModel;
using Fairlead.Core.Results;

namespace Fairlead.Engines.Processes;

/// <summary>
/// A process in a session of its own that outlives this one. Its pid and start time name it for as long as the machine
/// runs, so it is found again by another program, and a reused pid is not taken for it.
/// </summary>
public sealed class DetachedProcess
{
    private readonly Lazy<Task<ProcessExit>> _exit;

    private DetachedProcess(int pid, long startTime)
    {
        (Pid, StartTime) = (pid, startTime);
        _exit = new Lazy<Task<ProcessExit>>(() => ExitWatcher.Shared.Watch(pid, startTime));
    }

    public int Pid { get; }

    /// <summary>Field 22 of <c>/proc/PID/stat</c>: clock ticks since the machine started.</summary>
    public long StartTime { get; }

    /// <summary>False from the moment it ended, waited for or not.</summary>
    public bool IsAlive => Current() is { IsAlive: true };

    /// <summary>Starts a program. A program that is missing or cannot be executed is a problem here, not an exit code later.</summary>
    public static Result<DetachedProcess> Start(SpawnOptions options)
    {
        if (FindNul(options) is { } problem) return problem;
        if (!Directory.Exists(options.WorkingFolder)) return EngineProblems.FolderMissing(options.WorkingFolder);
        var program = ProgramFile.Find(options.Program, options.WorkingFolder, options.Environment.GetValueOrDefault("PATH"));
        if (!program.TryGet(out var path)) return Result.Fail<DetachedProcess>(program.Problems);
        if (OpenOutput(options.Output) is { } outputProblem) return outputProblem;
        var error = Spawner.Spawn(path, options, out var pid);
        if (error != 0) return EngineProblems.SpawnFailed(path, error);

        // Not reaped yet, so it is there even when it has ended already.
        var process = new DetachedProcess(pid, ProcessStat.Read(pid)?.StartTime ?? 0);
        return process.Watch() is { } failure ? failure : process;
    }

    /// <summary>The process of that identity; null when it has ended, whoever has its pid now.</summary>
    public static DetachedProcess? Find(int pid, long startTime)
    {
        var process = new DetachedProcess(pid, startTime);
        return process.IsAlive ? process : null;
    }

    /// <summary>False when it has ended.</summary>
    public bool Signal(ProcessSignal signal) => IsAlive && Libc.kill(Pid, (int)signal) == 0;

    /// <summary>As <see cref="Signal"/>, for its whole process group: what it started and did not set apart.</summary>
    public bool SignalGroup(ProcessSignal signal) => IsAlive && Libc.kill(-Pid, (int)signal) == 0;

    public Task<ProcessExit> WaitForExitAsync(CancellationToken cancellationToken) => _exit.Value.WaitAsync(cancellationToken);

    public override string ToString() => $"{Pid}";

    internal ProcessStat? Current() => ProcessStat.Read(Pid) is { } stat && stat.StartTime == StartTime ? stat : null;

    /// <summary>An own child is always watched: who ends must be reaped, waited for or not.</summary>
    private Problem? Watch()
    {
        try
        {
            _ = _exit.Value;
            return null;
        }
        catch (Win32Exception e)
        {
            _ = Libc.kill(Pid, Libc.SigKill);
            return EngineProblems.SpawnFailed($"pid {Pid}", e.NativeErrorCode);
        }
    }

    /// <summary>The kernel ends a string at its first NUL: half an argument is worse than none.</summary>
    private static Problem? FindNul(SpawnOptions options) =>
        options.Arguments.Append(options.Program).Any(a => a.Contains('\0')) || options.Environment.Any(v => v.Key.Contains('\0') || v.Value.Contains('\0'))
            ? EngineProblems.NulCharacter(options.Program)
            : null;

    private static Problem? OpenOutput(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.Append,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite | FileShare.Delete,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
            });
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return EngineProblems.Storage(path, e);
        }
    }
}
