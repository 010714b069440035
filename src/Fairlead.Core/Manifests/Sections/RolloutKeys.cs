using Fairlead.Core.Manifests.Reading;
using Fairlead.Core.Results;
using Fairlead.Core.Units;

namespace Fairlead.Core.Manifests.Sections;

internal static class RolloutKeys
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);
    private static readonly IReadOnlyList<Share> DefaultSteps = [new(5), new(25), new(50)];

    private static readonly Key<RolloutSpec, RolloutStrategy> Strategy =
        new("strategy", Scalars.Choice<RolloutStrategy>(), "How a new revision takes over: rolling (default), canary or shadow.", r => r.Strategy);

    private static readonly Key<RolloutSpec, int> MaxSurge =
        new("max_surge", Scalars.Integer(1, 100), "How many replicas may run above the wanted number during an update; default 1.", r => r.MaxSurge);

    private static readonly Key<RolloutSpec, TimeSpan> Deadline = new(
        "deadline", UnitScalars.Time("90s", TimeSpan.FromSeconds(1), Longest), "A revision that is not ready by then is rolled back; default 2m.", r => r.Deadline);

    private static readonly Key<RolloutSpec, TimeSpan> Watch = new(
        "watch", UnitScalars.Time("10s", TimeSpan.Zero, TimeSpan.FromHours(1)), "How long a new revision must serve without a failure before an old replica is drained for it; default 10s.", r => r.Watch);

    private static readonly Key<RolloutSpec, IReadOnlyList<Share>> Steps = new(
        "steps",
        new ListType<Share>(UnitScalars.Percentage("5%", whole: false)) { NotEmpty = true },
        "Shares of the traffic that a canary is given in turn; default [5%, 25%, 50%].",
        r => r.Steps);

    private static readonly Key<RolloutSpec, TimeSpan> Every =
        new("every", UnitScalars.Time("60s", TimeSpan.FromSeconds(1), Longest), "How long a canary keeps a step; default 1m.", r => r.Every);

    private static readonly Key<RolloutSpec, JudgeSpec> Judge =
        new("judge", JudgeKeys.Type, "What a canary must keep to go on.", r => r.Judge);

    private static readonly Key<RolloutSpec, Share> Share = new(
        "share", UnitScalars.Percentage("10%", whole: true), "The share of the traffic that a shadow revision gets a copy of; default 10%.", r => r.Share);

    public static NodeType<RolloutSpec> Type { get; } = new RecordType<RolloutSpec>(
        "{strategy: rolling, max_surge: 1, deadline: 2m}", [Strategy, MaxSurge, Deadline, Watch, Steps, Every, Judge, Share], Read);

    private static RolloutSpec Read(MapReader map)
    {
        var strategy = map.Get(Strategy, RolloutStrategy.Rolling);
        var canary = strategy == RolloutStrategy.Canary;
        var shadow = strategy == RolloutStrategy.Shadow;
        if (!canary) map.Refuse([Steps, Every, Judge], key => Belongs(key, "canary"));
        if (!shadow) map.Refuse([Share], key => Belongs(key, "shadow"));
        var steps = map.Get(Steps, DefaultSteps);
        if (steps.Zip(steps.Skip(1)).Any(s => s.First.Percent >= s.Second.Percent)) map.Report(Steps, ManifestProblems.StepsFall());
        var defaults = new RolloutSpec();
        return new RolloutSpec
        {
            Strategy = strategy,
            MaxSurge = map.Get(MaxSurge, defaults.MaxSurge),
            Deadline = map.Get(Deadline, defaults.Deadline),
            Watch = map.Get(Watch, defaults.Watch),
            Steps = canary ? steps : [],
            Every = map.FindValue(Every) ?? (canary ? TimeSpan.FromMinutes(1) : null),
            Judge = map.Find(Judge),
            Share = map.FindValue(Share) ?? (shadow ? new Share(10) : null),
        };
    }

    private static Problem Belongs(Key key, string strategy) =>
        ManifestProblems.OnlyWith(key.Name, $"strategy: {strategy}", $"Write 'strategy: {strategy}' or remove the key.");
}
