using System.Diagnostics;

namespace Fairlead.EndToEnd.Tests;

/// <summary>The quick form of <c>bench/zero-drop</c>: every planned change and every single fault under saturating load.</summary>
public class ZeroDropTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task UpdatesRollbacksScalingAndSingleFaultsFailNoRequest()
    {
        var start = new ProcessStartInfo(Built.ZeroDrop, ["quick"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var bench = Process.Start(start)!;
        var output = bench.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = bench.StandardError.ReadToEndAsync(CancellationToken.None);
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            await bench.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            bench.Kill(entireProcessTree: true);
            throw;
        }

        bench.ExitCode.ShouldBe(0, await output + await errors);
    }
}
