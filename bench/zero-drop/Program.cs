using Fairlead.Bench.ZeroDrop;

// dotnet run -c Release --project bench/zero-drop -- [--engine process|docker] [quick]
// Every planned change and every single fault under saturating load: not one request may fail. Exit code 1 when one does.
if (BenchOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine("Usage: zero-drop [--engine process|docker] [quick]");
    return 2;
}

return await Scenario.RunAsync(options);
