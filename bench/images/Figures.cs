using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Fairlead.Testing.Containers;
using Fairlead.Testing.Programs;

namespace Fairlead.Bench.Images;

/// <summary>Whole commands on a home of their own; each time is a median, with the fastest and slowest beside it.</summary>
internal static class Figures
{
    private const double LargestImage = 38;
    private const double SecondVersion = 1;
    private const double FirstAnswer = 0.8;
    private static readonly string Example = Path.Combine(Metadata("RepositoryRoot"), "examples", "penguins");

    public static async Task<int> PrintAsync(int runs)
    {
        await using var home = new FairleadHomeUnderTest(Metadata("FairleadProgram"));
        var folder = Directory.CreateTempSubdirectory("fairlead-bench-");
        try
        {
            var rows = new List<(string Name, string Measured, string Bound, bool Met)>();
            foreach (var file in Directory.EnumerateFiles(Example)) File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
            var first = await BuildAsync(home, folder.FullName);
            var megabytes = (first.Size - first.ModelSize) / 1e6;
            rows.Add(("image without the model, compressed", Text($"{megabytes:0.00} MB"), Text($"≤ {LargestImage} MB"), megabytes <= LargestImage));
            rows.Add(("first build, every layer packed", Text($"{first.Seconds:0.00} s"), "", true));
            rows.Add(Timed("second version built", await RepeatAsync(runs, i => SecondVersionAsync(home, folder.FullName, i)), SecondVersion));
            if (DockerDaemon.Answers) rows.Add(Timed("`docker run` to the first correct answer", await DockerAsync(home, runs), FirstAnswer));
            Console.WriteLine("| figure | measured | bound |\n|---|---|---|");
            foreach (var (name, measured, bound, met) in rows) Console.WriteLine($"| {name} | {measured} | {bound}{(met ? "" : ", not met")} |");
            return rows.TrueForAll(r => r.Met) ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<double> SecondVersionAsync(FairleadHomeUnderTest home, string folder, int run)
    {
        // Another version and another file, as a model that was trained again.
        var manifest = Path.Combine(folder, "fairlead.yaml");
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(Path.Combine(Example, "fairlead.yaml"))).Replace("version: 1.0.0", $"version: 1.1.{run}", StringComparison.Ordinal));
        await File.AppendAllTextAsync(Path.Combine(folder, "golden.json"), " ");
        return (await BuildAsync(home, folder)).Seconds;
    }

    private static async Task<IReadOnlyList<double>> DockerAsync(FairleadHomeUnderTest home, int runs)
    {
        var docker = new DockerEngine();
        var archive = Path.Combine(home.Home, "penguins.tar");
        await SucceedAsync(home.RunAsync("images", "export", "penguins:1.0.0", archive, "--format", "docker-archive"));
        await SucceedAsync(docker.RunAsync("load", "-i", archive));
        try
        {
            return await RepeatAsync(runs, async _ =>
            {
                var began = TimeProvider.System.GetTimestamp();
                await using var container = await docker.StartAsync("penguins:1.0.0");
                if (!await container.AnswersAsync()) throw new InvalidOperationException($"No right answer: {await container.LogsAsync()}");
                return TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            });
        }
        finally
        {
            await docker.RunAsync("rmi", "--force", "penguins:1.0.0");
        }
    }

    private static async Task<(double Seconds, long Size, long ModelSize)> BuildAsync(FairleadHomeUnderTest home, string folder)
    {
        var began = TimeProvider.System.GetTimestamp();
        var built = await SucceedAsync(home.RunAsync("build", folder, "--output", "json"));
        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        var report = JsonElement.Parse(built.Output);
        return (seconds, report.GetProperty("size").GetInt64(), report.GetProperty("layers").EnumerateArray().Last().GetProperty("size").GetInt64());
    }

    private static async Task<IReadOnlyList<double>> RepeatAsync(int runs, Func<int, Task<double>> measure)
    {
        var seconds = new List<double>();
        for (var i = 0; i < runs; i++) seconds.Add(await measure(i));
        seconds.Sort();
        return seconds;
    }

    private static (string Name, string Measured, string Bound, bool Met) Timed(string name, IReadOnlyList<double> sorted, double bound)
    {
        var median = sorted[sorted.Count / 2];
        return (name, Text($"{median:0.00} s ({sorted[0]:0.00} to {sorted[^1]:0.00} in {sorted.Count} runs)"), Text($"≤ {bound} s"), median <= bound);
    }

    private static async Task<CommandResult> SucceedAsync(Task<CommandResult> command)
    {
        var result = await command;
        return result.ExitCode == 0 ? result : throw new InvalidOperationException(result.ToString());
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Metadata(string key) => typeof(Figures).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value!;
}
