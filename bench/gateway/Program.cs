using Fairlead.Bench.Gateway;

// dotnet run -c Release --project bench/gateway [-- [quick] [one] [small] [large] [drip]]
// The gateway beside nginx and HAProxy, all before one bare Kestrel echo. Without names all legs. Prints tables, writes
// gateway.json, and exits 1 when a bound is not met.
if (args is ["echo", var url])
{
    await Echo.RunAsync(url);
    return 0;
}

if (Tools.Missing() is { } missing)
{
    await Console.Error.WriteLineAsync(missing);
    return 2;
}

var options = args.Contains("quick") ? BenchOptions.Quick : BenchOptions.Full;
var names = args.Where(a => a != "quick").ToList();
var report = new Report();
using var folder = new Workspace();
await using var echo = await Subject.EchoAsync();
await using var fairlead = await Subject.FairleadAsync(folder, echo);
await using var nginx = await Subject.NginxAsync(folder, echo);
await using var haproxy = await Subject.HaproxyAsync(folder, echo);
Subject[] proxies = [fairlead, nginx, haproxy];
bool Asked(string name) => names.Count == 0 || names.Contains(name);

if (Asked("one")) await Legs.OneConnectionAsync(echo, proxies, report, options);
if (Asked("small")) await Legs.BodiesAsync(proxies, report, options, bytes: 100, leastRate: 1);
if (Asked("large")) await Legs.BodiesAsync(proxies, report, options, bytes: 100_000, leastRate: 0.9);
if (Asked("drip")) await Legs.DripAsync(fairlead, report, options);
report.Print(Console.Out);
report.Write("gateway.json");
return report.Met ? 0 : 1;
