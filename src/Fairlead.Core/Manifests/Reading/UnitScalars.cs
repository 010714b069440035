using System.Text.Json.Nodes;
using Fairlead.Core.Results;
using Fairlead.Core.Units;

namespace Fairlead.Core.Manifests.Reading;

/// <summary>Values with a unit.</summary>
internal static class UnitScalars
{
    private const string Number = @"([0-9]+\.?[0-9]*|\.[0-9]+)";

    public static ScalarType<TimeSpan> Time(string example, TimeSpan min, TimeSpan max) => new(
        "a duration",
        example,
        Pattern($"^{Number}(us|ms|s|m|h)$"),
        s => !Duration.TryParse(s.Text, out var span) ? ManifestProblems.NoUnit(s.Text, "duration", example, "us, ms, s, m or h")
            : span < min || span > max ? ManifestProblems.OutOfRange(s.Text, span < min, Duration.Format(min), Duration.Format(max))
            : span,
        value => JsonValue.Create(Duration.Format(value)));

    public static ScalarType<ByteSize> Size(string example) => new(
        "a size",
        example,
        Pattern($"^{Number}(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$"),
        s => !ByteSize.TryParse(s.Text, out var size) ? ManifestProblems.NoUnit(s.Text, "size", example, "B, KiB, MiB, GiB, TiB, kB, MB, GB or TB")
            : size.Bytes == 0 ? ManifestProblems.NotPositive(s.Text, example)
            : size,
        value => JsonValue.Create(value.ToString()));

    public static ScalarType<CpuQuantity> Cpu { get; } = new(
        "an amount of processor",
        "500m",
        new JsonObject { ["type"] = new JsonArray("number", "string"), ["exclusiveMinimum"] = 0, ["pattern"] = $"^{Number}m?$" },
        s => !CpuQuantity.TryParse(s.Text, out var cpu) ? ManifestProblems.NoCpu(s.Text)
            : cpu.Millicores == 0 ? ManifestProblems.NotPositive(s.Text, "500m")
            : cpu,
        value => JsonValue.Create(value.ToString()));

    /// <param name="whole">Whether 100 % is allowed.</param>
    public static ScalarType<Share> Percentage(string example, bool whole) => new(
        "a percentage",
        example,
        Pattern($"^{Number}%$"),
        s => !Share.TryParse(s.Text, out var share) ? ManifestProblems.NoUnit(s.Text, "percentage", example, "%")
            : share.Percent <= 0 ? ManifestProblems.NotPositive(s.Text, example)
            : share.Percent > 100 || (share.Percent == 100 && !whole) ? ManifestProblems.AboveWhole(s.Text, whole, example)
            : share,
        value => JsonValue.Create(value.ToString()));

    private static JsonObject Pattern(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };
}
