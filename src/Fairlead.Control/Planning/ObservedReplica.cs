using Fairlead.Control.Healing;
using Fairlead.Core.Identity;

namespace Fairlead.Control.Planning;

/// <summary>One replica as the planner needs to see it. Moments are on the controller's growing clock.</summary>
public sealed record ObservedReplica
{
    public required ReplicaId Id { get; init; }

    public required int Revision { get; init; }

    public bool Running { get; init; } = true;

    /// <summary>It answers that it is ready.</summary>
    public bool Ready { get; init; }

    /// <summary>The routes that the gateway has acknowledged lead to it (or no route is wanted).</summary>
    public bool Routed { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Since when it has been draining; null when it is not.</summary>
    public TimeSpan? DrainingSince { get; init; }

    /// <summary>The acknowledged routes do not lead to it and nothing it was sent is unanswered.</summary>
    public bool Idle { get; init; }

    /// <summary>It has been told to end.</summary>
    public bool Stopping { get; init; }

    /// <summary>Why it is to be replaced although it runs; null when it is well.</summary>
    public Sickness? Sick { get; init; }

    /// <summary>For an ended one: when its place may be filled again.</summary>
    public TimeSpan RestartAt { get; init; }

    /// <summary>Requests reach it and are answered.</summary>
    public bool Serving => Active && Ready && Routed;

    /// <summary>Runs and is meant to go on.</summary>
    public bool Active => Running && !Leaving;

    public bool Leaving => Running && (Stopping || DrainingSince is not null);
}
