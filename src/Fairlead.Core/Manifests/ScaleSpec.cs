namespace Fairlead.Core.Manifests;

/// <summary>How many replicas run.</summary>
public sealed record ScaleSpec
{
    public int Min { get; init; } = 1;

    /// <summary>The bound for scaling by hand and by targets; null means <see cref="Min"/> is no bound upwards.</summary>
    public int? Max { get; init; }

    /// <summary>Signals to keep at a value; the largest demand wins. Keys are signal names, values their targets as written.</summary>
    public IReadOnlyDictionary<string, string> Targets { get; init; } = new Dictionary<string, string>();
}
