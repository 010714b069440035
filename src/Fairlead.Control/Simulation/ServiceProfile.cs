using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Core.Results;

namespace Fairlead.Control.Simulation;

/// <summary>A measured service time as a file: points of its quantile function, between which it is straight. Format in docs/reference/simulate.md.</summary>
/// <param name="Format"><see cref="FormatName"/>.</param>
/// <param name="Workers">Requests that the measured replica worked on at once.</param>
/// <param name="Quantiles">Pairs of a quantile from 0 to 1 and seconds, both growing.</param>
public sealed record ServiceProfile(string Format, int Workers, IReadOnlyList<double[]> Quantiles)
{
    public const string FormatName = "fairlead/service-time/1";

    public static Result<ServiceProfile> Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var read = JsonSerializer.Deserialize(file, ServiceProfileJson.Default.ServiceProfile);
            return read is null ? SimulationProblems.BadProfile(path, "it is empty") : read.Check() is { } flaw ? SimulationProblems.BadProfile(path, flaw) : read;
        }
        catch (JsonException failure)
        {
            return SimulationProblems.BadProfile(path, failure.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return SimulationProblems.Unreadable(path, failure.Message);
        }
    }

    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(string path) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this, ServiceProfileJson.Default.ServiceProfile));

    public ServiceTime ServiceTime() => new MeasuredTime([.. Quantiles.Select(q => (q[0], q[1]))]);

    private string? Check()
    {
        if (Format != FormatName) return $"its 'format' is not {FormatName}";
        if (Workers < 1) return "'workers' is below 1";
        if (Quantiles is null || Quantiles.Count < 2 || Quantiles.Any(q => q is not [>= 0 and <= 1, >= 0])) return "'quantiles' is no list of two or more pairs of a quantile and seconds";
        if (Quantiles[0][0] != 0 || Quantiles[^1][0] != 1) return "'quantiles' does not reach from 0 to 1";
        return Quantiles.Zip(Quantiles.Skip(1)).Any(p => p.Second[0] <= p.First[0] || p.Second[1] < p.First[1]) ? "'quantiles' does not grow" : Quantiles[^1][1] == 0 ? "every request takes no time" : null;
    }

    private sealed class MeasuredTime((double Quantile, double Seconds)[] points) : ServiceTime
    {
        public override double Mean { get; } = points.Zip(points.Skip(1)).Sum(p => (p.Second.Quantile - p.First.Quantile) * (p.First.Seconds + p.Second.Seconds) / 2);

        public override double Next(Random random)
        {
            var quantile = random.NextDouble();
            var upper = 1;
            while (points[upper].Quantile < quantile) upper++;
            var (below, above) = (points[upper - 1], points[upper]);
            return below.Seconds + ((above.Seconds - below.Seconds) * (quantile - below.Quantile) / (above.Quantile - below.Quantile));
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ServiceProfile))]
internal sealed partial class ServiceProfileJson : JsonSerializerContext;
