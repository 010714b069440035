namespace Fairlead.Bench.ZeroDrop;

/// <summary>How much of everything; the quick form is for tests.</summary>
internal sealed record BenchOptions(string Engine, bool Quick)
{
    public int Updates => Quick ? 2 : 20;

    public int Rollbacks => Quick ? 1 : 5;

    public int Peak => Quick ? 4 : 8;

    public int ReplicaKills => Quick ? 2 : 10;

    public int ControllerKills => Quick ? 1 : 3;

    public int Replacements => Quick ? 1 : 2;

    public int Requests => Quick ? 1_000 : 100_000;

    public static BenchOptions? Parse(IReadOnlyList<string> args) => args switch
    {
        [] => new("process", false),
        ["quick"] => new("process", true),
        ["--engine", ("process" or "docker") and var engine] => new(engine, false),
        ["--engine", ("process" or "docker") and var engine, "quick"] => new(engine, true),
        _ => null,
    };
}
