using System.Globalization;
using Fairlead.Core.Manifests.Reading;
using Fairlead.Core.Results;
using Fairlead.Core.Units;

namespace Fairlead.Core.Manifests.Sections;

/// <summary>What an alert can be raised on, and the unit of each signal.</summary>
internal static class Conditions
{
    private const string Percentage = "1%";
    private const string Time = "50ms";
    private const string Number = "0.2";

    private static readonly Dictionary<string, string> Signals = new()
    {
        ["error_rate"] = Percentage,
        ["latency_p50"] = Time,
        ["latency_p95"] = Time,
        ["latency_p99"] = Time,
        ["cpu"] = Percentage,
        ["memory"] = Percentage,
        ["requests_per_second"] = Number,
        ["in_flight"] = Number,
        ["replicas_ready"] = Number,
        ["restarts"] = Number,
        ["feature_shift"] = Number,
        ["prediction_shift"] = Number,
    };

    public static Result<AlertCondition> Parse(string text)
    {
        if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var signal, ">" or "<", var value] words) return ManifestProblems.NoCondition(text);
        if (!Signals.TryGetValue(signal, out var example)) return ManifestProblems.UnknownSignal(signal, NearestKey.Of(signal, Signals.Keys), Signals.Keys);
        return IsIn(example, value) ? new AlertCondition(signal, words[1], value) : ManifestProblems.BadThreshold(signal, value, example);
    }

    private static bool IsIn(string unit, string value) => unit switch
    {
        Percentage => Share.TryParse(value, out _),
        Time => Duration.TryParse(value, out _),
        _ => decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _),
    };
}
