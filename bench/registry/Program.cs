using Fairlead.Bench.Registry;

// dotnet run -c Release --project bench/registry [-- GIBIBYTES]
// A folder of random files becomes a layer and goes to a real docker-registry, beside `skopeo copy` of the same blobs.
// Packing and pushing run in processes of their own, whose peak memory is theirs alone.
return args switch
{
    ["pack", var folder, var home] => await Subject.PackAsync(folder, home),
    ["push", var home, var address] => await Subject.PushAsync(home, address),
    [] => await Comparison.RunAsync(gibibytes: 2),
    [var size] when double.TryParse(size, System.Globalization.CultureInfo.InvariantCulture, out var gibibytes) => await Comparison.RunAsync(gibibytes),
    _ => 2,
};
