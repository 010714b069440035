using Fairlead.Testing;
using Fairlead.Testing.Examples;
using Fairlead.Testing.Programs;
using Fairlead.Testing.Skipping;

namespace Fairlead.EndToEnd.Tests;

/// <summary>Replicas that hang, crash at their start, or do not want to end.</summary>
public class UnwellTests
{
    private const string Slow = """
        import http.server, os, signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'
            def do_GET(self):
                if self.path == '/slow':
                    time.sleep(20)
                self.send_response(200)
                self.send_header('Content-Length', '2')
                self.end_headers()
                self.wfile.write(b'{}')

        http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), Handler).serve_forever()
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task AFrozenReplicaIsRoutedAroundUsedAgainWhenItComesBackAndReplacedWhenItDoesNot()
    {
        await using var home = Built.NewHome();
        (await home.RunAsync("up", Built.Example("penguins"), "-d")).ExitCode.ShouldBe(0);
        await using var load = PenguinRequests.Load(home, perSecond: 100);
        var victim = home.Replicas()[0];

        victim.Signal(Signals.Stop);
        (await Eventually.BecomesAsync(async () => (await home.RunAsync("status", "penguins")).Output.Contains("not_ready", StringComparison.Ordinal), Patience)).ShouldBeTrue();
        victim.Signal(Signals.Continue);
        (await Eventually.BecomesAsync(async () => (await home.RunAsync("why", "penguins")).ExitCode == 0, Patience)).ShouldBeTrue();
        home.Replicas().ShouldContain(r => r.Pid == victim.Pid);

        victim.Signal(Signals.Stop);
        (await Eventually.BecomesAsync(() => home.Replicas() is { Count: 2 } now && now.All(r => r.Pid != victim.Pid), Patience)).ShouldBeTrue();

        (await home.RunAsync("events", "penguins")).Output.ShouldContain("has not answered for 3");
        (await home.RunAsync("why", "penguins")).Output.ShouldContain("has not answered for 3");
        var report = await load.StopAsync();
        report.Failures.ShouldBeEmpty($"{report.Failures.Count} of {report.Sent} requests failed");
    }

    [FactWhereProgram("python3", "apt-get install python3")]
    public async Task AReplicaThatCrashesOnStartIsTriedLessAndLessOftenAndToldWithItsCause()
    {
        await using var home = Built.NewHome();
        using var folder = new Scratch();
        folder.Write("app.py", "raise SystemExit('the licence file is missing')\n");
        folder.Write("fairlead.yaml", "name: broken\nversion: 1.0.0\nmodel: {command: [python3, app.py]}\n");

        var up = await home.RunAsync("up", folder.Path, "-d");

        up.ExitCode.ShouldBe(1, up.ToString());
        up.Errors.ShouldContain("the licence file is missing");
        var events = "";
        (await Eventually.BecomesAsync(async () => (events = (await home.RunAsync("events", "broken")).Output).Contains("filled again in 8.0 s", StringComparison.Ordinal), Patience)).ShouldBeTrue(events);
        events.ShouldContain("filled again in 1.0 s");
        events.ShouldContain("exited with code 1; its last line: the licence file is missing");
        // At 0, 1, 3 and 7 s, and none between: a controller that spins would have started many.
        events[..events.IndexOf("in 8.0 s", StringComparison.Ordinal)].Split("was started").Length.ShouldBe(5, events);
        (await home.RunAsync("why", "broken")).Output.ShouldContain("the licence file is missing");
    }

    [FactWhereProgram("python3", "apt-get install python3")]
    public async Task RequestsOfTwentySecondsEndBeforeTheirReplicaDoesAndOneThatIgnoresSigtermIsKilledAndTold()
    {
        await using var home = Built.NewHome();
        using var folder = new Scratch();
        folder.Write("app.py", Slow);
        folder.Write("fairlead.yaml", "name: slow\nversion: 1.0.0\nmodel: {command: [python3, app.py]}\nserve: {health: /, timeout: 30s}\nscale: {min: 2}\n");
        (await home.RunAsync("up", folder.Path, "-d")).ExitCode.ShouldBe(0);
        using var client = new HttpClient();
        var requests = Enumerable.Range(0, 8).Select(_ => client.GetAsync(new Uri(home.Gateway, "services/slow/slow"))).ToList();
        (await Eventually.BecomesAsync(async () => (await home.RunAsync("status", "slow", "--output", "json")).Output.Contains("\"in_flight\": 8", StringComparison.Ordinal), Patience)).ShouldBeTrue();

        var scale = await home.RunAsync("scale", "slow", "1");

        scale.ExitCode.ShouldBe(0, scale.ToString());
        scale.Output.ShouldContain("0 failed of");
        foreach (var request in requests) (await request).IsSuccessStatusCode.ShouldBeTrue();
        (await home.RunAsync("events", "slow")).Output.ShouldContain("was killed: it had not ended 10 s after SIGTERM");
    }
}
