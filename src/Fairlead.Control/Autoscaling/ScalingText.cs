using System.Globalization;

namespace Fairlead.Control.Autoscaling;

/// <summary>A decision as a person reads it in <c>status</c>, <c>why</c> and <c>events</c>.</summary>
public static class ScalingText
{
    public static string Of(ScalingDecision decision)
    {
        var outcome = decision.Outcome switch
        {
            ScalingOutcome.Out => Text($"out from {decision.Current} to {decision.Wanted}"),
            ScalingOutcome.In => Text($"in from {decision.Current} to {decision.Wanted}"),
            ScalingOutcome.CoolingDown => Text($"stays at {decision.Current} until the cool-down is over, {decision.Needed} would do"),
            ScalingOutcome.Blind => Text($"stays at {decision.Current}, since not all signals are known"),
            ScalingOutcome.AtMax => Text($"stays at scale/max, {decision.Current}, and {decision.Leading?.Replicas} are needed"),
            ScalingOutcome.Paced => Text($"stays at {decision.Current} until scale/steps_per_minute lets more in"),
            _ => Text($"stays at {decision.Current}"),
        };
        var leading = decision.Leading is { } demand ? $"; {demand.Target} asks for {demand.Replicas}: {demand.Formula}{Inputs(demand)}" : "";
        var unusable = decision.Unusable.Count == 0 ? "" : $"; not known: {string.Join(", ", decision.Unusable)}";
        return outcome + leading + unusable;
    }

    private static string Inputs(Demand demand) =>
        demand.Inputs.Count == 0 ? "" : $" ({string.Join(", ", demand.Inputs.Select(i => Text($"{i.Name} {i.Value:G4}{(i.Unit.Length == 0 ? "" : " ")}{i.Unit}")))})";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
