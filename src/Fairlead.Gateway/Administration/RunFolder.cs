using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Fairlead.Core.Homes;
using Fairlead.Core.Results;
using Fairlead.Core.Routing;

namespace Fairlead.Gateway.Administration;

/// <summary>
/// The gateway's files in the home's run folder: its own socket, and the link and the record by which the one that serves
/// is found. Several gateways are there while one hands over to the next.
/// </summary>
internal sealed class RunFolder(FairleadHome home)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly int _pid = Environment.ProcessId;

    public string Socket => home.GatewaySocketOf(_pid);

    public string ListenerSocket => home.GatewayListenerOf(_pid);

    /// <summary>Makes the folder, and takes away the sockets of gateways that were killed.</summary>
    /// <param name="alone">Another gateway that lives is a problem.</param>
    public async Task<Result<Done>> PrepareAsync(bool alone, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetByteCount(Socket);
        if (bytes > GatewayProblems.LongestSocketPath) return GatewayProblems.SocketPathTooLong(Socket, bytes);
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(home.Run);
            else Directory.CreateDirectory(home.Run, OwnerOnly);
            if (alone && File.Exists(home.GatewaySocket) && await AnswersAsync(home.GatewaySocket, cancellationToken)) return GatewayProblems.GatewayRunsAlready(home.GatewaySocket);
            await RemoveDeadAsync(cancellationToken);

            // Found out now rather than after clients have been let in.
            await File.WriteAllBytesAsync(RecordDraft, [], cancellationToken);
            File.Delete(RecordDraft);
            return Result.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return GatewayProblems.RunFolderNotWritable(home.Run, e.Message);
        }
    }

    /// <summary>From here on this gateway is the one that is found.</summary>
    /// <exception cref="IOException">The disk is full, or the folder was taken away.</exception>
    public async Task PublishAsync(string address, CancellationToken cancellationToken)
    {
        var link = $"{Socket}.link";
        File.Delete(link);
        File.CreateSymbolicLink(link, Path.GetFileName(Socket));
        File.Move(link, home.GatewaySocket, overwrite: true);
        var record = new GatewayRecord(_pid, StartTime(), address);
        await File.WriteAllBytesAsync(RecordDraft, JsonSerializer.SerializeToUtf8Bytes(record, RoutingJson.Default.GatewayRecord), cancellationToken);
        File.Move(RecordDraft, home.GatewayFile, overwrite: true);
    }

    /// <summary>Best effort: what is left behind names a process that is gone. A successor's files stay.</summary>
    public void CleanUp()
    {
        try
        {
            if (File.ResolveLinkTarget(home.GatewaySocket, returnFinalTarget: false)?.Name == Path.GetFileName(Socket)) File.Delete(home.GatewaySocket);
            if (File.Exists(home.GatewayFile) && JsonSerializer.Deserialize(File.ReadAllBytes(home.GatewayFile), RoutingJson.Default.GatewayRecord)?.Pid == _pid) File.Delete(home.GatewayFile);
            foreach (var file in (string[])[RecordDraft, Socket, ListenerSocket]) File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // Nothing can be done about it, and nothing depends on it.
        }
    }

    /// <summary>Field 22 of /proc/self/stat, counted after the name, which is in brackets and may hold anything (proc_pid_stat(5)).</summary>
    public static long StartTime()
    {
        var stat = File.ReadAllText("/proc/self/stat");
        return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[22 - 3]);
    }

    private string RecordDraft => $"{home.GatewayFile}.{_pid}.new";

    private async Task RemoveDeadAsync(CancellationToken cancellationToken)
    {
        foreach (var socket in (string[])[home.GatewaySocket, .. Directory.GetFiles(home.Run, "gateway-*.sock")])
        {
            if (await AnswersAsync(socket, cancellationToken)) continue;
            File.Delete(socket);
            if (socket != home.GatewaySocket) File.Delete(Path.ChangeExtension(socket, ".fd"));
        }
    }

    private static async Task<bool> AnswersAsync(string path, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
