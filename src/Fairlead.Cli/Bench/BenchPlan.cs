using Fairlead.Cli.Load;

namespace Fairlead.Cli.Bench;

/// <summary>What was asked for.</summary>
/// <param name="Fixed">The one load to send; null to search for the highest rate.</param>
/// <param name="Rate">Of <paramref name="Fixed"/>, when it has one.</param>
/// <param name="Shape">How a rate becomes send times.</param>
/// <param name="Length">Of a run at one rate.</param>
internal sealed record BenchPlan(IEnumerable<TimeSpan>? Fixed, double? Rate, Func<double, IEnumerable<TimeSpan>> Shape, TimeSpan Length, TimeSpan? TargetP95);
