namespace Fairlead.Core.Manifests;

public sealed record AlertsSpec(IReadOnlyList<NotifySpec>? Notify = null, IReadOnlyList<AlertRuleSpec>? Rules = null);

/// <param name="Webhook">Where an alert is posted, an absolute <c>http</c> or <c>https</c> URL.</param>
public sealed record NotifySpec(string Webhook);

public enum AlertSeverity
{
    Information,
    Warning,
    Error,
}

/// <param name="For">How long the condition must hold.</param>
public sealed record AlertRuleSpec(string Name, AlertCondition When, TimeSpan For, AlertSeverity Severity)
{
    public static readonly TimeSpan DefaultFor = TimeSpan.FromMinutes(1);
}

/// <summary>A signal compared with a value, written <c>error_rate &gt; 1%</c>.</summary>
/// <param name="Comparison"><c>&gt;</c> or <c>&lt;</c>.</param>
/// <param name="Value">As written, in the signal's unit.</param>
public sealed record AlertCondition(string Signal, string Comparison, string Value)
{
    public override string ToString() => $"{Signal} {Comparison} {Value}";
}
