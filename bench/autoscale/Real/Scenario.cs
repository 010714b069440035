namespace Fairlead.Bench.Autoscale.Real;

/// <summary>One thing that autoscaling promises, made to happen on the built program.</summary>
/// <param name="Scale">The manifest's <c>scale</c>.</param>
internal sealed record Scenario(string Name, string Scale, Func<Subject, CancellationToken, Task<ScenarioResult>> RunAsync)
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("step", "{min: 1, max: 10, targets: {latency_p95: 100ms}}", StepScenario.RunAsync),
        new("noise", "{min: 1, max: 10, targets: {latency_p95: 100ms}}", NoiseScenario.RunAsync),
        new("cutoff", "{min: 1, max: 10, cooldown: 20s, targets: {latency_p95: 100ms}}", CutOffScenario.RunAsync),
        new("trace", "{min: 1, max: 10, cooldown: 5s, targets: {latency_p95: 100ms}}", TraceScenario.RunAsync),
        new("slow", "{min: 1, max: 10, targets: {latency_p95: 10ms}}", SlowScenario.RunAsync),
    ];

    /// <summary>Of the scenarios whose model can keep one.</summary>
    public static readonly TimeSpan Target = TimeSpan.FromMilliseconds(100);
}
