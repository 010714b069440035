using System.Globalization;
using Fairlead.Core.Results;

namespace Fairlead.Control.Simulation;

/// <summary>
/// Reads a CSV of a recorded load. The first line names the columns. With a column <c>count</c> each line is one second; else the column
/// <c>timestamp</c> (or the first one) has the instant of one request as a date-time or as seconds.
/// </summary>
public static class TraceReader
{
    private const string CountColumn = "count";
    private const string TimeColumn = "timestamp";

    /// <param name="rateScale">
    /// Other than 1, it multiplies the number of requests of each second, and they come at random instants of that second; at 1 recorded
    /// instants are kept as they are.
    /// </param>
    public static Result<Trace> Read(string path, double rateScale, int seed)
    {
        try
        {
            return Parse(path, File.ReadLines(path), rateScale, seed);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return SimulationProblems.Unreadable(path, failure.Message);
        }
    }

    internal static Result<Trace> Parse(string path, IEnumerable<string> lines, double rateScale, int seed)
    {
        using var rows = lines.GetEnumerator();
        if (!rows.MoveNext()) return SimulationProblems.EmptyTrace(path);
        var names = rows.Current.TrimStart('\uFEFF').Split(',').Select(n => n.Trim().Trim('"').ToLowerInvariant()).ToList();
        var counted = names.IndexOf(CountColumn);
        var column = counted >= 0 ? counted : Math.Max(0, names.IndexOf(TimeColumn));
        var times = names.IndexOf(TimeColumn);
        var values = new List<double>();
        var moments = counted < 0;
        DateTimeOffset? begin = null;
        for (var line = 2; rows.MoveNext(); line++)
        {
            if (rows.Current.Length == 0) continue;
            var text = Field(rows.Current, column);
            if (Value(text, counted >= 0) is not { } value) return SimulationProblems.BadTrace(path, line, $"'{text}' is {(counted >= 0 ? "no number of requests" : "no date-time and no number of seconds")}");
            values.Add(value);
            // Of counts the first line says it; of instants, which need not be sorted, the earliest, when all of them are moments.
            if (counted < 0) moments &= !IsNumber(text);
            else if (times >= 0 && values.Count == 1) begin = Moment(Field(rows.Current, times));
        }

        if (moments && values.Count > 0) begin = DateTimeOffset.UnixEpoch.AddSeconds(values.Min());
        var arrivals = counted >= 0 ? Arrivals.Spread(values.Select(c => c * rateScale), seed) : Instants(values, rateScale, seed);
        return arrivals.Length == 0 ? SimulationProblems.EmptyTrace(path) : new Trace(arrivals, begin);
    }

    private static double[] Instants(List<double> values, double rateScale, int seed)
    {
        if (values.Count == 0) return [];
        values.Sort();
        var first = values[0];
        for (var i = 0; i < values.Count; i++) values[i] -= first;
        return rateScale == 1 ? [.. values] : Arrivals.Spread(Arrivals.CountsOf(values, rateScale), seed);
    }

    private static string Field(string row, int column)
    {
        var fields = row.AsSpan();
        for (var skipped = 0; skipped < column; skipped++)
        {
            var comma = fields.IndexOf(',');
            if (comma < 0) return "";
            fields = fields[(comma + 1)..];
        }

        var end = fields.IndexOf(',');
        return (end < 0 ? fields : fields[..end]).Trim().Trim('"').ToString();
    }

    private static double? Value(string text, bool count)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)) return number;
        if (count) return null;
        return Moment(text) is { } moment ? (moment - DateTimeOffset.UnixEpoch).TotalSeconds : null;
    }

    // A bare number is seconds since a moment that nobody names.
    private static DateTimeOffset? Moment(string text) =>
        !IsNumber(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static bool IsNumber(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out _);
}
