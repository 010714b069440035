using Fairlead.Bench.Images;

// dotnet run -c Release --project bench/images [-- RUNS]
// The penguins' image: its size, what a second version costs, and a container's start to its first correct answer.
var runs = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 7;
return await Figures.PrintAsync(runs);
