namespace Fairlead.Onnx;

/// <summary>How a model is loaded. The defaults make a small process that does not take processor while it waits.</summary>
/// <param name="IntraOpThreads">Threads that share one operator's work, the caller among them; see <see cref="CpuQuota.Threads"/>.</param>
/// <param name="InterOpThreads">Above 1, independent operators of one run are executed side by side.</param>
public sealed record OnnxOptions(int IntraOpThreads = 1, int InterOpThreads = 1)
{
    /// <summary>Waiting threads spin: lower latency for a whole core per thread, and throttling under a quota.</summary>
    public bool Spinning { get; init; }

    public GraphOptimization Optimization { get; init; } = GraphOptimization.All;

    /// <summary>
    /// One block for all activations of a run, planned once and kept for the next run: faster for large ones. Only for a model
    /// whose inputs have fixed sizes and that has no loops: with others the plans, one for every shape ever seen, and the memory
    /// kept would grow without end.
    /// </summary>
    public bool PlannedMemory { get; init; }
}

/// <summary>How far the graph is rewritten when the model is loaded.</summary>
public enum GraphOptimization
{
    None,
    Basic,
    Extended,
    All,
}
