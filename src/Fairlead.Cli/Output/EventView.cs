using System.Globalization;
using Fairlead.Api.Wire;

namespace Fairlead.Cli.Output;

internal static class EventView
{
    public static string Format(EventRecord record, Paint paint) => Format(record, paint, int.MaxValue);

    /// <param name="width">The message is cut to it, before it is painted.</param>
    public static string Format(EventRecord record, Paint paint, int width)
    {
        var time = record.Time.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        var subject = record.Replica ?? record.Deployment ?? "controller";
        // Most messages name their subject themselves.
        var head = record.Message.Contains(subject, StringComparison.OrdinalIgnoreCase) ? "" : $"{subject} ";
        var room = width == int.MaxValue ? width : Math.Max(width - time.Length - head.Length - 1, 4);
        return $"{paint.Faint(time)} {paint.Strong(head)}{paint.Severity(record.Severity, Table.Fit(record.Message, room))}";
    }
}
