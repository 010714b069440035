namespace Fairlead.Bench.Gateway;

/// <param name="Rounds">How often each program is loaded.</param>
/// <param name="Round">How long each time.</param>
internal sealed record BenchOptions(int Rounds, TimeSpan Round, TimeSpan WarmUp)
{
    public static BenchOptions Full { get; } = new(5, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5));

    public static BenchOptions Quick { get; } = new(3, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
}
