using System.Security.Cryptography;
using Fairlead.Core.Homes;
using Fairlead.Core.Results;

namespace Fairlead.Daemon.Homes;

/// <summary>The controller's files in <c>run/</c>. The lock is held as long as the process lives and ends with it, however it ends.</summary>
internal sealed class RunFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FairleadHome _home;
    private readonly FileStream _lock;

    private RunFolder(FairleadHome home, FileStream heldLock, string token) => (_home, _lock, Token) = (home, heldLock, token);

    public string Token { get; }

    public static Result<RunFolder> Take(FairleadHome home)
    {
        try
        {
            Directory.CreateDirectory(home.Root);
            Directory.CreateDirectory(home.Logs);
            Directory.CreateDirectory(home.Run, OwnerOnly | UnixFileMode.UserExecute);
            File.SetUnixFileMode(home.Run, OwnerOnly | UnixFileMode.UserExecute);
            if (TryLock(home.ControllerLock) is not { } held) return DaemonProblems.AlreadyRuns(home.Root, ControllerRecord.Read(home)?.Pid);
            return new RunFolder(home, held, WriteToken(home));
        }
        catch (IOException failure) when (failure.HResult == 28)
        {
            return DaemonProblems.HomeFull(home.Root);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return DaemonProblems.HomeNotWritable(home.Run, failure.Message.TrimEnd('.'));
        }
    }

    public void Write(ControllerRecord record) => WriteWhole(_home.ControllerFile, record.ToJson());

    public void Dispose()
    {
        File.Delete(_home.ControllerFile);
        File.Delete(_home.TokenFile);
        // While it is still locked: a controller that starts now makes a lock file of its own.
        File.Delete(_home.ControllerLock);
        _lock.Dispose();
    }

    // EWOULDBLOCK from flock(2); every other failure is a fault of the folder.
    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = OwnerOnly });
        }
        catch (IOException failure) when (failure.HResult == 11)
        {
            return null;
        }
    }

    private static string WriteToken(FairleadHome home)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        WriteWhole(home.TokenFile, token);
        return token;
    }

    // Readers see the old text or the new one, never half of it, and nobody else may ever open it.
    private static void WriteWhole(string path, string text)
    {
        var draft = path + ".new";
        File.Delete(draft);
        using (var file = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        using (var writer = new StreamWriter(file)) writer.Write(text);
        File.Move(draft, path, overwrite: true);
    }
}
