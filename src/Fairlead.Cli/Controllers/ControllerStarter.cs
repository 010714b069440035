using Fairlead.Api.Client;
using Fairlead.Cli.Output;
using Fairlead.Core.Homes;
using Fairlead.Core.Results;
using Fairlead.Engines.Processes;

namespace Fairlead.Cli.Controllers;

/// <param name="Started">This command started it and may end it.</param>
internal sealed record RunningController(ControlClient Client, bool Started) : IDisposable
{
    public void Dispose() => Client.Dispose();
}

/// <summary>Finds the home's controller or starts one that outlives this command.</summary>
internal static class ControllerStarter
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static string LogFile(FairleadHome home) => Path.Combine(home.Logs, "controller.log");

    /// <summary>The controller that runs and answers; null when none does.</summary>
    public static async Task<ControlClient?> FindAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (!context.Connect().TryGet(out var client)) return null;
        if (await client.IsHealthyAsync(cancellationToken)) return client;
        client.Dispose();
        return null;
    }

    public static async Task<Result<RunningController>> EnsureAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (await FindAsync(context, cancellationToken) is { } running) return new RunningController(running, Started: false);
        var offset = LogLength(context.Home);
        var spawned = Spawn(context);
        return spawned.TryGet(out var process)
            ? await WaitAsync(context, process, offset, cancellationToken)
            : Result.Fail<RunningController>(spawned.Problems);
    }

    /// <summary>The last lines that the controller wrote, oldest first.</summary>
    public static IReadOnlyList<string> LastLines(FairleadHome home, int count) => [.. ReadLog(home, 0).TakeLast(count)];

    private static Result<DetachedProcess> Spawn(CommandContext context)
    {
        try
        {
            Directory.CreateDirectory(context.Home.Root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CliProblems.CannotStart(e.Message);
        }

        var environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);
        environment[FairleadHome.Variable] = context.Home.Root;
        return DetachedProcess.Start(new SpawnOptions
        {
            Program = Path.Combine(AppContext.BaseDirectory, "fairlead"),
            Arguments = ["controller", "--started-by", "up"],
            Environment = environment,
            WorkingFolder = context.Home.Root,
            Output = LogFile(context.Home),
        });
    }

    private static async Task<Result<RunningController>> WaitAsync(CommandContext context, DetachedProcess process, long offset, CancellationToken cancellationToken)
    {
        var began = context.Time.GetTimestamp();
        while (context.Time.GetElapsedTime(began) < Patience)
        {
            var alive = process.IsAlive;
            // A record that an earlier controller left behind names another process; asking its address would only fail slowly.
            if (ControllerAddress.Find(context.Home).TryGet(out var address) && (!alive || address.Pid == process.Pid)
                && await FindAsync(context, cancellationToken) is { } client)
            {
                // When ours has ended another command's was quicker: that one serves both.
                return new RunningController(client, Started: alive && address.Pid == process.Pid);
            }

            if (!alive) return Result.Fail<RunningController>(Died(context.Home, offset));
            await context.WaitAsync(Poll, cancellationToken);
        }

        return CliProblems.ControllerSlow(LogFile(context.Home), Patience);
    }

    private static IReadOnlyList<Problem> Died(FairleadHome home, long offset)
    {
        var lines = ReadLog(home, offset);
        return ProblemText.Parse(lines) is { Count: > 0 } problems ? problems : [CliProblems.ControllerDied(LogFile(home), [.. lines.TakeLast(5)])];
    }

    private static long LogLength(FairleadHome home) => new FileInfo(LogFile(home)) is { Exists: true } file ? file.Length : 0;

    private static List<string> ReadLog(FairleadHome home, long offset)
    {
        try
        {
            using var stream = new FileStream(LogFile(home), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            // The end is what matters of a log that has grown for weeks.
            stream.Seek(Math.Max(offset, stream.Length - 65536), SeekOrigin.Begin);
            using var reader = new StreamReader(stream);
            return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
