using System.Text.Json;
using Fairlead.Bench.Autoscale;
using Fairlead.Bench.Autoscale.Real;
using Fairlead.Control.Simulation;

// dotnet run -c Release --project bench/autoscale [-- RESULTS.json]
// The scaling policy beside Kubernetes' HPA and Knative's KPA on two recorded loads and three shapes, the curves that each one's main
// knob gives, and the time of a decision round. Ends with 1 when a bound is missed.
//
// dotnet run -c Release --project bench/autoscale -- real [--engine process|docker] [--json FILE] [step] [noise] [cutoff] [trace] [slow]
// The built program under load: what the policy promises, made to happen. Needs gcc; cutoff needs root and iptables.
if (args is ["real", .. var scenarios]) return await RealBench.RunAsync(scenarios);

var workloads = Workloads.All().Select(workload =>
{
    var input = Trials.Input(workload.Arrivals);
    return new WorkloadResult(
        workload.Name,
        workload.Arrivals.Length,
        [.. Trials.Defaults.Select(create => Point.Of("default", SimulationRun.Of(input, create(), CancellationToken.None)))],
        [.. Trials.Curves.Select(curve => Point.Of(curve.Knob, SimulationRun.Of(input, curve.Create(), CancellationToken.None)))]);
}).ToList();
var results = new Results(workloads, DecisionRound.Measure());
if (args is [var file]) await File.WriteAllTextAsync(file, JsonSerializer.Serialize(results, ResultsJson.Default.Results));
return Report.Print(results) ? 0 : 1;
