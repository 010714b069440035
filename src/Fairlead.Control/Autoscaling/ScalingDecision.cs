namespace Fairlead.Control.Autoscaling;

public enum ScalingOutcome
{
    /// <summary>As many as are needed.</summary>
    Steady,

    Out,

    In,

    /// <summary>Fewer would do; the cool-down is not over.</summary>
    CoolingDown,

    /// <summary>Fewer would do, were all signals known.</summary>
    Blind,

    /// <summary>More are needed than <c>scale/max</c>.</summary>
    AtMax,

    /// <summary>More are needed than may be added in a minute.</summary>
    Paced,
}

/// <summary>One decision with all that led to it.</summary>
/// <param name="At">On the clock that the policy was given.</param>
/// <param name="Current">Replicas asked for before.</param>
/// <param name="Wanted">Replicas asked for now.</param>
/// <param name="Needed">What the signals of this moment ask for, with head-room: the number that a cool-down remembers.</param>
/// <param name="Demands">One for each target of the manifest.</param>
public sealed record ScalingDecision(TimeSpan At, int Current, int Wanted, int Needed, ScalingOutcome Outcome, IReadOnlyList<Demand> Demands)
{
    /// <summary>The largest; null when no target could be judged.</summary>
    public Demand? Leading => Demands.Where(d => d.Replicas is not null).MaxBy(d => d.Replicas);

    public IReadOnlyList<string> Unusable => [.. Demands.SelectMany(d => d.Unusable).Distinct()];

    public ScalingFinding? Finding => Demands.Select(d => d.Finding).FirstOrDefault(f => f is not null);
}
