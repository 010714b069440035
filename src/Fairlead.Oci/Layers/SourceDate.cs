using System.Globalization;
using Fairlead.Core.Results;

namespace Fairlead.Oci.Layers;

/// <summary>The time that images are stamped with: <c>SOURCE_DATE_EPOCH</c> (reproducible-builds.org), else 1970.</summary>
public static class SourceDate
{
    public const string Variable = "SOURCE_DATE_EPOCH";

    // 9999-12-31, the last day that a DateTimeOffset holds
    private const long Last = 253_402_300_799;

    /// <param name="value">The variable's value; null or empty when it is not set.</param>
    public static Result<DateTimeOffset> Read(string? value)
    {
        if (string.IsNullOrEmpty(value)) return DateTimeOffset.UnixEpoch;
        return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= Last
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : OciProblems.BadSourceDate(value);
    }
}
