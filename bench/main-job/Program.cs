using Fairlead.Bench.MainJob;

// dotnet run -c Release --project bench/main-job [-- RUNS]
// The figures of the main job, as whole processes on this machine: start, healing, scaling, idle cost.
// With `cold-start ENGINE RUNS` only the first request of an idle deployment, on the process or Docker engine.
if (args is ["cold-start", var engine, var times])
{
    var cold = new FigureTable();
    await ColdStart.MeasureAsync(cold, int.Parse(times, System.Globalization.CultureInfo.InvariantCulture), engine).ConfigureAwait(false);
    cold.Print(Console.Out);
    return cold.Failed ? 1 : 0;
}

var runs = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 5;
var table = new FigureTable();
await StartUp.MeasureAsync(table, runs);
await Faults.MeasureAsync(table);
await Idle.MeasureAsync(table);
table.Print(Console.Out);
return table.Failed ? 1 : 0;
