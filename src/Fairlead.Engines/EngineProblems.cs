using System.Runtime.InteropServices;
using Fairlead.Core.Results;
using Fairlead.Engines.Processes;

namespace Fairlead.Engines;

/// <summary>Every problem of the engines, FL3xxx.</summary>
internal static class EngineProblems
{
    public static Problem NotACommandOrModel() =>
        new("FL3001", "The process engine runs models and commands, not container images.", "Use an engine that runs images, or set model.file or model.command.");

    public static Problem VolumesUnsupported() =>
        new("FL3002", "The process engine has no volumes.", "Remove `volumes`; a command may use any folder of this machine.");

    public static Problem GpuUnsupported() =>
        new("FL3003", "The process engine cannot give a replica a GPU of its own.", "Set resources.gpu to 0.");

    public static Problem FileTargetOutside(string to) =>
        new("FL3004", $"files: '{to}' does not lie in the replica's working folder.", "On the process engine `to` must be a relative path without '..'.");

    public static Problem FileSourceMissing(string from) =>
        new("FL3005", $"files: '{from}' is not in the deployment's content.", "Put it beside fairlead.yaml, give its path relative to that, and deploy again.");

    public static Problem SecretMissing(string name, string file) =>
        new("FL3006", $"The secret '{name}' has no value.", $"Set the controller's environment variable {name}, or write it to {file} with mode 0600.");

    public static Problem SecretExposed(string file) =>
        new("FL3007", $"Others may read the secret file {file}.", $"Run: chmod 600 {file}");

    public static Problem ContentMissing(string folder) =>
        new("FL3008", $"The deployment's content is not in {folder}.", "Deploy again: it is packed anew.");

    public static Problem ReservedVariable(string name) =>
        new("FL3009", $"env: {name} is set by the engine itself.", "Remove it, or choose another name.");

    public static Problem ProgramNotFound(string program, string searchPath) =>
        new("FL3010", $"The program '{program}' was not found in {searchPath}.", "Install it, or give its path; a path relative to the manifest starts with ./");

    public static Problem ProgramMissing(string path) =>
        new("FL3010", $"The program {path} does not exist.", "Check the path in model.command; a relative one starts at the manifest's folder.");

    public static Problem ProgramIsFolder(string path) =>
        new("FL3011", $"{path} is a folder, not a program.", "Name the program inside it.");

    public static Problem ProgramNotExecutable(string path) =>
        new("FL3011", $"{path} may not be executed.", $"Run: chmod +x {path}, or start it by its interpreter; a file system mounted noexec allows neither.");

    public static Problem InterpreterMissing(string script, string interpreter) =>
        new("FL3012", $"The script {script} asks for the interpreter '{interpreter}', which is not there.", "Correct its first line (Windows line ends count as part of the name), or install the interpreter.");

    public static Problem ProgramForeign(string path) =>
        new("FL3013", $"{path} was built for another processor than this {RuntimeInformation.OSArchitecture}.", "Build or install it for this machine.");

    public static Problem FolderMissing(string path) =>
        new("FL3014", $"The working folder {path} does not exist.", "Deploy again.");

    public static Problem NulCharacter(string program) =>
        new("FL3015", $"An argument, environment variable or secret for '{program}' contains a NUL character.", "Remove it; a program cannot be given one.");

    public static Problem NoCommand() =>
        new("FL3016", "The command is empty.", "Give model.command a program.");

    public static Problem NoFreePort(int first, int last) =>
        new("FL3017", $"No port between {first} and {last} is free.", "End other programs or stop deployments; the kernel's own range (net.ipv4.ip_local_port_range) is left out.");

    public static Problem Storage(string path, Exception e) => (e.HResult & 0xFFFF, e) switch
    {
        (Libc.ENoSpc or Libc.EDQuot, _) => new("FL3018", $"No space is left for {path}.", "Free some disk space; replicas that run go on."),
        (Libc.ERoFs, _) => new("FL3019", $"{path} is on a read-only file system.", "Make it writable, or set FAIRLEAD_HOME to a folder that is."),
        (_, UnauthorizedAccessException) => new("FL3019", $"{path} may not be written.", "Run Fairlead as the owner of its home, or set FAIRLEAD_HOME to a folder of yours."),
        _ => new("FL3020", $"{path} could not be written: {e.Message}", "Check the disk."),
    };

    public static Problem SpawnFailed(string program, int error) => error switch
    {
        Libc.E2Big => new("FL3021", $"The arguments and environment of {program} are too long for the kernel.", "Pass them in a file."),
        Libc.EAgain or Libc.ENoMem => new("FL3022", $"{program} could not be started: {Marshal.GetPInvokeErrorMessage(error)}.", "The machine is out of processes or memory; stop something or raise `ulimit -u`."),
        Libc.ENoSpc or Libc.EDQuot => new("FL3018", $"No space is left to start {program}.", "Free some disk space; replicas that run go on."),
        _ => new("FL3023", $"{program} could not be started: {Marshal.GetPInvokeErrorMessage(error)}.", "Try to start it by hand; a missing shared loader (ldd) is a usual cause."),
    };

    public static Problem NotStopped(string replica) =>
        new("FL3024", $"Processes of {replica} are still there after SIGKILL.", "They wait in the kernel, for a network file system for example; look at them with ps and their state D.");

    public static Problem SecretUnreadable(string file, string reason) =>
        new("FL3025", $"The secret file {file} could not be read: {reason}", "Make the file belong to the user who runs Fairlead, with mode 0600.");

    public static Problem UnknownSignal(string signal) =>
        new("FL3026", $"'{signal}' is no signal that a replica is sent on purpose.", "Use KILL, STOP, CONT or TERM.");

    public static Problem DiskNotFilled(string replica, string reason) =>
        new("FL3028", $"The disk of {replica} could not be filled: {reason}.", "Only a replica's own temporary file system is filled, and that takes a controller that runs as root on the machine of its replicas.");

    public static Problem MemoryNotLimited(string replica, string reason) =>
        new("FL3027", $"The memory of {replica} could not be taken away: {reason}.", "Give the deployment resources.memory on a machine where `fairlead doctor` shows that memory limits work.");
}
