using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Fairlead.Core.Homes;
using Fairlead.Core.Results;
using Fairlead.Core.Routing;

namespace Fairlead.Gateway.Administration;

/// <summary>The gateway's files in the home's run folder: the socket, and the record by which it is found.</summary>
internal sealed class RunFolder(FairleadHome home)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes the folder, and takes away the socket of a gateway that was killed.</summary>
    public async Task<Result<Done>> PrepareAsync(CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetByteCount(home.GatewaySocket);
        if (bytes > GatewayProblems.LongestSocketPath) return GatewayProblems.SocketPathTooLong(home.GatewaySocket, bytes);
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(home.Run);
            else Directory.CreateDirectory(home.Run, OwnerOnly);
            if (File.Exists(home.GatewaySocket) && await AnswersAsync(cancellationToken)) return GatewayProblems.GatewayRunsAlready(home.GatewaySocket);
            File.Delete(home.GatewaySocket);

            // Found out now rather than after clients have been let in.
            await File.WriteAllBytesAsync(home.GatewayFile + ".new", [], cancellationToken);
            File.Delete(home.GatewayFile + ".new");
            return Result.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return GatewayProblems.RunFolderNotWritable(home.Run, e.Message);
        }
    }

    /// <exception cref="IOException">The disk is full, or the folder was taken away.</exception>
    public async Task WriteRecordAsync(string address, CancellationToken cancellationToken)
    {
        var record = new GatewayRecord(Environment.ProcessId, StartTime(), address);
        var beside = home.GatewayFile + ".new";
        await File.WriteAllBytesAsync(beside, JsonSerializer.SerializeToUtf8Bytes(record, RoutingJson.Default.GatewayRecord), cancellationToken);
        File.Move(beside, home.GatewayFile, overwrite: true);
    }

    /// <summary>Best effort: a record that is left behind names a process that is gone.</summary>
    public void CleanUp()
    {
        foreach (var file in (string[])[home.GatewayFile, home.GatewayFile + ".new", home.GatewaySocket])
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Nothing can be done about it, and nothing depends on it.
            }
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(home.GatewaySocket), cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Field 22 of /proc/self/stat, counted after the name, which is in brackets and may hold anything (proc_pid_stat(5)).</summary>
    private static long StartTime()
    {
        var stat = File.ReadAllText("/proc/self/stat");
        return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[22 - 3]);
    }
}
