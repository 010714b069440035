using System.Globalization;
using System.Net;
using Fairlead.Bench.Server;

// dotnet run -c Release --project bench/server [-- [quick] [small] [forms] [squeezenet] [resnet50] [images] [start] [overload] [overload-images] [malformed [MINUTES]]]
// Without names all but `malformed`, which takes ten minutes. Prints tables, writes server.json, and exits 1 when a bound is not met.
if (args is ["echo", var url])
{
    await Echo.RunAsync(url);
    return 0;
}

if (args is ["least", var address, var file, var callers, var intraOp, var planned])
{
    LeastServer.Run(IPEndPoint.Parse(address), file, new RawWay(int.Parse(callers, CultureInfo.InvariantCulture), int.Parse(intraOp, CultureInfo.InvariantCulture), bool.Parse(planned)));
    return 0;
}

Wrk.Require();
var names = args.Where(a => a != "quick" && !int.TryParse(a, CultureInfo.InvariantCulture, out _)).ToList();
var options = args.Contains("quick") ? BenchOptions.Quick : BenchOptions.Full;
var minutes = args.Select(a => int.TryParse(a, CultureInfo.InvariantCulture, out var m) ? m : 0).FirstOrDefault(m => m > 0, 10);
var report = new Report();
using var workspace = new Workspace();
bool Asked(string name) => names.Count == 0 || names.Contains(name);

if (Asked("small")) await SmallTensor.RunAsync(workspace, report, options);
if (Asked("forms")) await SmallTensor.RunFormsAsync(workspace, report, options);
if (Asked("squeezenet")) await Vision.RunAsync(workspace, report, options, "light_squeezenet");
if (Asked("resnet50")) await Vision.RunAsync(workspace, report, options, "light_resnet50");
if (Asked("images")) await Vision.RunFormsAsync(workspace, report, options);
if (Asked("start")) await StartUp.RunAsync(workspace, report, options);
if (Asked("overload")) await Overload.RunAsync(workspace, report);
if (Asked("overload-images")) await Overload.RunImagesAsync(workspace, report);
if (names.Contains("malformed")) await Malformed.RunAsync(workspace, report, TimeSpan.FromMinutes(minutes));
report.Print(Console.Out);
report.Write("server.json");
return report.Met ? 0 : 1;
