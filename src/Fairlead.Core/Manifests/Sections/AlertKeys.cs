using System.Text.Json.Nodes;
using Fairlead.Core.Manifests.Reading;

namespace Fairlead.Core.Manifests.Sections;

internal static class AlertKeys
{
    private static readonly ScalarType<AlertCondition> Condition = new(
        "a condition",
        "error_rate > 1%",
        new JsonObject { ["type"] = "string", ["pattern"] = "^[a-z0-9_]+ [<>] [^ ]+$" },
        s => Conditions.Parse(s.Text),
        value => JsonValue.Create(value.ToString()));

    private static readonly Key<NotifySpec, string> Webhook = new(
        "webhook", References.Web("https://hooks.example.com/fairlead"), "Where an alert is posted.", n => n.Webhook)
    { Required = true };

    private static readonly Key<AlertRuleSpec, string> RuleName = new("name", Texts.Name("too-many-errors"), "The rule's name.", r => r.Name) { Required = true };

    private static readonly Key<AlertRuleSpec, AlertCondition> When =
        new("when", Condition, "A signal compared with a value, such as error_rate > 1%.", r => r.When) { Required = true };

    private static readonly Key<AlertRuleSpec, TimeSpan> For = new(
        "for", UnitScalars.Time("1m", TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)), "How long it must hold; default 1m.", r => r.For);

    private static readonly Key<AlertRuleSpec, AlertSeverity> Severity =
        new("severity", Scalars.Choice<AlertSeverity>(), "information, warning (default) or error.", r => r.Severity);

    private static readonly Key<AlertsSpec, IReadOnlyList<NotifySpec>> Notify = new(
        "notify",
        new ListType<NotifySpec>(new RecordType<NotifySpec>("{webhook: \"https://hooks.example.com/fairlead\"}", [Webhook], map => new NotifySpec(map.Need(Webhook)))),
        "Who is told.",
        a => a.Notify);

    private static readonly Key<AlertsSpec, IReadOnlyList<AlertRuleSpec>> Rules = new(
        "rules",
        new ListType<AlertRuleSpec>(
            new RecordType<AlertRuleSpec>("{name: too-many-errors, when: error_rate > 1%}", [RuleName, When, For, Severity], ReadRule), r => ("rule", r.Name)),
        "When an alert is raised.",
        a => a.Rules);

    public static NodeType<AlertsSpec> Type { get; } =
        new RecordType<AlertsSpec>("{rules: [{name: too-many-errors, when: error_rate > 1%}]}", [Notify, Rules], map => new AlertsSpec(map.Find(Notify), map.Find(Rules)));

    private static AlertRuleSpec ReadRule(MapReader map) => new(
        map.Need(RuleName), map.Need(When), map.Get(For, AlertRuleSpec.DefaultFor), map.Get(Severity, AlertSeverity.Warning));
}
