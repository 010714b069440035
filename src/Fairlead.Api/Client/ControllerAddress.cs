using System.Text.Json;
using Fairlead.Api.Wire;
using Fairlead.Core.Homes;
using Fairlead.Core.Results;

namespace Fairlead.Api.Client;

/// <summary>Where a home's controller listens and what it must be shown.</summary>
/// <param name="Pid">Null when the address is from the environment.</param>
public sealed record ControllerAddress(Uri Address, string Token, int? Pid)
{
    /// <summary>From the record of the running controller; without one from <c>FAIRLEAD_API</c>. Says nothing about whether it still runs.</summary>
    public static Result<ControllerAddress> Find(FairleadHome home)
    {
        ArgumentNullException.ThrowIfNull(home);
        try
        {
            var record = ReadIfThere(home.ControllerFile);
            var token = ReadIfThere(home.TokenFile)?.Trim();
            if (token is null) return ClientProblems.NotRunning(home.Root);
            return record is null ? FromEnvironment(home, token) : FromRecord(home, record, token);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ClientProblems.BadRecord(home.Run, e.Message);
        }
    }

    private static Result<ControllerAddress> FromRecord(FairleadHome home, string record, string token)
    {
        try
        {
            using var json = JsonDocument.Parse(record);
            var root = json.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("api", out var api)
                && api.ValueKind == JsonValueKind.String && TryAddress(api.GetString()!, out var uri))
            {
                int? pid = root.TryGetProperty("pid", out var p) && p.TryGetInt32(out var value) ? value : null;
                return new ControllerAddress(uri, token, pid);
            }

            return ClientProblems.BadRecord(home.ControllerFile, "it names no address");
        }
        catch (JsonException e)
        {
            return ClientProblems.BadRecord(home.ControllerFile, e.Message);
        }
    }

    private static Result<ControllerAddress> FromEnvironment(FairleadHome home, string token)
    {
        var set = Environment.GetEnvironmentVariable(ApiRoutes.AddressVariable);
        return !string.IsNullOrEmpty(set) && TryAddress(set, out var uri)
            ? new ControllerAddress(uri, token, null)
            : ClientProblems.NotRunning(home.Root);
    }

    private static bool TryAddress(string text, out Uri uri) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out uri!);

    private static string? ReadIfThere(string path) => File.Exists(path) ? File.ReadAllText(path) : null;
}
