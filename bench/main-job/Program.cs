using Fairlead.Bench.MainJob;

// dotnet run -c Release --project bench/main-job [-- RUNS]
// The figures of the main job, as whole processes on this machine: start, healing, scaling, idle cost.
var runs = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 5;
var table = new FigureTable();
await StartUp.MeasureAsync(table, runs);
await Faults.MeasureAsync(table);
await Idle.MeasureAsync(table);
table.Print(Console.Out);
return table.Failed ? 1 : 0;
