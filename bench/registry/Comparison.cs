using System.Diagnostics;
using System.Globalization;
using Fairlead.Testing.Registries;

namespace Fairlead.Bench.Registry;

/// <summary>One round: pack, then each client's push into a registry that has nothing yet, in turn and twice.</summary>
internal static class Comparison
{
    private const double LeastSpeed = 0.8;
    private const long MostMemory = 250L << 20;

    public static async Task<int> RunAsync(double gibibytes)
    {
        var root = Directory.CreateTempSubdirectory("fairlead-bench-");
        try
        {
            var (folder, home) = (root.CreateSubdirectory("model").FullName, Path.Combine(root.FullName, "home"));
            var bytes = Fill(folder, (long)(gibibytes * (1L << 30)));
            var packed = Run(Environment.ProcessPath!, "pack", folder, home);
            var ours = new List<Figure>();
            var theirs = new List<Figure>();
            // Who comes first finds the disk less busy with what was written before.
            foreach (var oursFirst in (bool[])[true, false])
            {
                if (oursFirst) ours.Add(await PushAsync(home));
                theirs.Add(await CopyAsync(home));
                if (!oursFirst) ours.Add(await PushAsync(home));
            }

            return Print(bytes, packed, ours, theirs);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static int Print(long bytes, Figure packed, List<Figure> ours, List<Figure> theirs)
    {
        var (push, skopeo) = (ours.Min(f => f.Seconds), theirs.Min(f => f.Seconds));
        var memory = Math.Max(packed.Peak, ours.Max(f => f.Peak));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            | figure ({bytes / 1e9:0.00} GB of random files) | measured | bound |
            |---|---|---|
            | packed: tar, two hashes, gzip, on disk | {packed.Seconds:0.0} s, {bytes / 1e6 / packed.Seconds:0} MB/s | |
            | `fairlead push` to docker-registry | {push:0.0} s, {bytes / 1e6 / push:0} MB/s | |
            | `skopeo copy` of the same blobs | {skopeo:0.0} s, {bytes / 1e6 / skopeo:0} MB/s | |
            | speed of push beside skopeo | {skopeo / push:0.00} × | ≥ {LeastSpeed} × |
            | peak memory of packing | {packed.Peak / 1048576.0:0} MiB | ≤ {MostMemory >> 20} MiB |
            | peak memory of pushing | {ours.Max(f => f.Peak) / 1048576.0:0} MiB | ≤ {MostMemory >> 20} MiB |
            """));
        return skopeo / push >= LeastSpeed && memory <= MostMemory ? 0 : 1;
    }

    private static Task<Figure> PushAsync(string home) => IntoEmptyRegistryAsync(address => Run(Environment.ProcessPath!, "push", home, address));

    private static Task<Figure> CopyAsync(string home) =>
        IntoEmptyRegistryAsync(address => Run("skopeo", "copy", "--quiet", "--dest-tls-verify=false", $"oci:{home}/images:large:1", $"docker://{address}/large:1"));

    private static async Task<Figure> IntoEmptyRegistryAsync(Func<string, Figure> push)
    {
        await using var registry = await RegistryServer.StartAsync();
        return push(registry.Address);
    }

    /// <summary>Seconds of the whole process, and its own word on its memory where it has one.</summary>
    private static Figure Run(string program, params string[] arguments)
    {
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {arguments[0]} ended with {process.ExitCode}.");
        var own = output.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new Figure(Stopwatch.GetElapsedTime(began).TotalSeconds, own is [_, var peak] ? long.Parse(peak, CultureInfo.InvariantCulture) : 0);
    }

    private static long Fill(string folder, long bytes)
    {
        var (random, buffer) = (new Random(1), new byte[1 << 20]);
        for (var file = 0; file < 4; file++)
        {
            using var stream = File.Create(Path.Combine(folder, $"weights-{file}.bin"));
            for (var left = bytes / 4; left > 0; left -= buffer.Length)
            {
                random.NextBytes(buffer);
                stream.Write(buffer, 0, (int)Math.Min(buffer.Length, left));
            }
        }

        return bytes;
    }

    private sealed record Figure(double Seconds, long Peak);
}
