using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Core.Homes;

namespace Fairlead.Daemon.Homes;

/// <summary>The file by which commands find the running controller.</summary>
/// <param name="StartTime">Field 22 of <c>/proc/PID/stat</c>, so that a reused process id is not taken for it.</param>
internal sealed record ControllerRecord(int Pid, long StartTime, string Api, string Gateway, string Started)
{
    public string ToJson() => JsonSerializer.Serialize(this, ControllerRecordJson.Default.ControllerRecord);

    /// <summary>Fields of proc_pid_stat(5) are counted from the last parenthesis: the name before it may hold anything. It ends field 2.</summary>
    public static long OwnStartTime()
    {
        var stat = File.ReadAllText("/proc/self/stat");
        return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[22 - 3], CultureInfo.InvariantCulture);
    }

    public static ControllerRecord? Read(FairleadHome home)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(home.ControllerFile), ControllerRecordJson.Default.ControllerRecord);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ControllerRecord))]
internal sealed partial class ControllerRecordJson : JsonSerializerContext;
