using System.Text.Json;
using Fairlead.ModelServer.Logging;
using Microsoft.Extensions.Logging;

namespace Fairlead.ModelServer.Tests.Logging;

public sealed partial class JsonLogProviderTests
{
    [Fact]
    public void ALineIsOneObjectWithTheEventsFields()
    {
        using var target = new MemoryStream();
        using var logs = JsonLogProvider.Factory(target, LogLevel.Information, TimeProvider.System);
        var log = logs.CreateLogger("x");
        LogThing(log, 3, "a \"quoted\"\nline", 0.5, null);
        LogDetail(log);
        var line = JsonElement.Parse(target.ToArray());
        line.GetProperty("level").GetString().ShouldBe("warning");
        line.GetProperty("event").GetInt32().ShouldBe(17);
        line.GetProperty("message").GetString().ShouldBe("There are 3 of a \"quoted\"\nline, 0.5 of (null).");
        line.GetProperty("item_count").GetInt32().ShouldBe(3);
        line.GetProperty("share").GetDouble().ShouldBe(0.5);
        line.TryGetProperty("trace_id", out _).ShouldBeFalse();
        DateTimeOffset.Parse(line.GetProperty("time").GetString()!, System.Globalization.CultureInfo.InvariantCulture).Offset.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void KestrelIsHeardFromWarningOn()
    {
        using var target = new MemoryStream();
        using var logs = JsonLogProvider.Factory(target, LogLevel.Debug, TimeProvider.System);
        LogDetail(logs.CreateLogger("Microsoft.AspNetCore.Server.Kestrel"));
        target.Length.ShouldBe(0);
        LogDetail(logs.CreateLogger("Fairlead"));
        target.Length.ShouldBeGreaterThan(0);
    }

    [LoggerMessage(17, LogLevel.Warning, "There are {ItemCount} of {Thing}, {Share} of {TraceId}.")]
    private static partial void LogThing(ILogger log, int itemCount, string thing, double share, string? traceId);

    [LoggerMessage(18, LogLevel.Debug, "A detail.")]
    private static partial void LogDetail(ILogger log);
}
