using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Fairlead.Core.Results;

namespace Fairlead.Engines.Processes;

/// <summary>Finds a program and tells before it is started why it could not be: exec's own errors do not say which file is missing.</summary>
internal static class ProgramFile
{
    internal const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public static Result<string> Find(string program, string folder, string? searchPath)
    {
        if (program.Contains('/'))
        {
            var path = Path.GetFullPath(program, folder);
            return Check(path) is { } problem ? problem : path;
        }

        var folders = (string.IsNullOrEmpty(searchPath) ? DefaultPath : searchPath).Split(':', StringSplitOptions.RemoveEmptyEntries);
        Problem? first = null;
        foreach (var candidate in folders.Select(f => Path.Combine(Path.GetFullPath(f, folder), program)).Where(File.Exists))
        {
            var problem = Check(candidate);
            if (problem is null) return candidate;
            first ??= problem;
        }

        return first ?? EngineProblems.ProgramNotFound(program, string.Join(':', folders));
    }

    private static Problem? Check(string path)
    {
        if (Directory.Exists(path)) return EngineProblems.ProgramIsFolder(path);
        if (!File.Exists(path)) return EngineProblems.ProgramMissing(path);
        if (Libc.access(path, Libc.XOk) != 0) return EngineProblems.ProgramNotExecutable(path);
        var head = ReadHead(path);
        if (head.StartsWith("#!"u8)) return CheckInterpreter(path, head);
        return IsElf(head) && MachineOf(head) is { } machine && machine != OwnMachine() ? EngineProblems.ProgramForeign(path) : null;
    }

    private static Problem? CheckInterpreter(string script, ReadOnlySpan<byte> head)
    {
        var line = Encoding.UTF8.GetString(head[2..]).Split('\n')[0].TrimEnd('\r');
        var interpreter = line.Trim().Split([' ', '\t'], 2)[0];
        return File.Exists(interpreter) && Libc.access(interpreter, Libc.XOk) == 0 ? null : EngineProblems.InterpreterMissing(script, interpreter);
    }

    private static ReadOnlySpan<byte> ReadHead(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            var head = new byte[256];
            return head.AsSpan(0, RandomAccess.Read(file, head, 0));
        }
        catch (UnauthorizedAccessException)
        {
            // A program may be executable and not readable; exec will tell.
            return [];
        }
    }

    private static bool IsElf(ReadOnlySpan<byte> head) => head.Length >= 20 && head.StartsWith("\u007fELF"u8);

    /// <summary>e_machine of the ELF header; null for a byte order that is not ours to read.</summary>
    private static ushort? MachineOf(ReadOnlySpan<byte> head) => head[5] == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(head[18..]) : null;

    private static ushort? OwnMachine() => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => 62,
        Architecture.Arm64 => 183,
        _ => MachineOf(ReadHead("/proc/self/exe")),
    };
}
