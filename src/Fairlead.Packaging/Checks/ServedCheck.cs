using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Fairlead.Core.Models;
using Fairlead.Core.Results;
using Fairlead.Packaging.Building;

namespace Fairlead.Packaging.Checks;

/// <summary>
/// Starts an image's server from the image's files, which loads the model, answers the golden requests and ends by itself:
/// a build that is killed meanwhile leaves no server behind. It runs with the image's files as its root and as the image's user where the kernel lets this process do that
/// (as root, or with user namespaces); elsewhere with the image's libraries before the machine's, which were the same when
/// the image was built on it.
/// </summary>
internal sealed class ServedCheck(string root, IReadOnlyList<string> environment, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // Of the server's log, docs/reference/server.md.
    private const int ReadyEvent = 2210;
    private const int RefusedEvent = 2211;

    private const string CheckArgument = "--check";

    /// <returns>How many golden requests were answered as they must be.</returns>
    public async Task<Result<int>> RunAsync(CancellationToken cancellationToken)
    {
        var isolated = await RunAsync(Isolated(), cancellationToken);
        return isolated is null ? await RunAsync(WithLibraries(), cancellationToken) ?? BuildProblems.CheckEnded(-1, "") : isolated;
    }

    /// <summary>Null when the isolation could not be had, so that nothing was started.</summary>
    private async Task<Result<int>?> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        using var process = Start(start);
        if (process is null) return null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var deadline = new CancellationTokenSource(Patience, time);
        using var both = deadline.Token.Register(limit.Cancel);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            Result<int>? outcome = null;
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line) outcome ??= Outcome(line);
            await process.WaitForExitAsync(limit.Token);
            if (outcome is not null) return outcome;
            var words = (await errors).Trim();
            if (start.FileName == "unshare" && IsRefusal(words)) return null;
            return BuildProblems.CheckEnded(process.ExitCode, Last(words));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return BuildProblems.CheckSlow(Patience);
        }
        finally
        {
            // Only after a cancellation: it ends by itself.
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    // That the program could not be executed is the image's fault, such as a loader that is missing, and must not be passed over.
    private static bool IsRefusal(string words) =>
        words.StartsWith("unshare:", StringComparison.Ordinal) && !words.Contains("failed to execute", StringComparison.Ordinal);

    /// <summary>Null when there is no such program.</summary>
    private static Process? Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private ProcessStartInfo Isolated()
    {
        string[] user = Environment.IsPrivilegedProcess ? ["--setuid", "65532", "--setgid", "65532"] : ["--map-root-user"];
        var start = new ProcessStartInfo("unshare", ["--mount", "--pid", "--fork", "--kill-child", $"--root={root}", "--mount-proc", .. user, "--", $"/{ServerProgram.ProgramInImage}", CheckArgument]);
        Directory.CreateDirectory(Path.Combine(root, "proc"));
        return Prepare(start, $"/{ModelLayer.Folder}");
    }

    private ProcessStartInfo WithLibraries()
    {
        var start = Prepare(new ProcessStartInfo(Path.Combine(root, ServerProgram.ProgramInImage), [CheckArgument]), Path.Combine(root, ModelLayer.Folder));
        start.Environment["LD_LIBRARY_PATH"] = string.Join(':', LibraryFolders());
        return start;
    }

    private ProcessStartInfo Prepare(ProcessStartInfo start, string model)
    {
        start.UseShellExecute = false;
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        start.Environment.Clear();
        foreach (var pair in environment) if (pair.Split('=', 2) is [var name, var value]) start.Environment[name] = value;
        start.Environment[ServerSettings.ModelFolder] = model;
        start.Environment[ServerSettings.LogLevel] = "information";
        return start;
    }

    private IEnumerable<string> LibraryFolders() =>
        Directory.EnumerateFiles(root, "*.so*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Select(f => Path.GetDirectoryName(f)!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static Result<int>? Outcome(string line)
    {
        try
        {
            using var entry = JsonDocument.Parse(line);
            var fields = entry.RootElement;
            return fields.GetProperty("event").GetInt32() switch
            {
                ReadyEvent => fields.GetProperty("golden_cases").GetInt32(),
                RefusedEvent => BuildProblems.CheckFailed(fields.GetProperty("reason").GetString()!, "Correct what it names and build again."),
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Last(string words) => words.Length <= 400 ? words : words[^400..];
}
