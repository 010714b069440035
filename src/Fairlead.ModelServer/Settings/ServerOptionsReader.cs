using System.Net;
using Fairlead.Core.Models;
using Fairlead.Core.Results;

namespace Fairlead.ModelServer.Settings;

/// <summary>Reads the settings from the file that the environment names, and over it from the environment; every wrong one is reported, not the first.</summary>
internal static class ServerOptionsReader
{
    private static readonly string[] Keys = [.. ServerSettingsTable.All.Select(s => s.Key)];

    public static Result<ServerOptions> Read(Func<string, string?> environment)
    {
        var (options, problems) = (new ServerOptions(), new List<Problem>());
        var path = environment(ServerSettings.Config);
        var file = string.IsNullOrEmpty(path) ? new Dictionary<string, string>() : SettingsFile.Read(path, Keys, problems);
        foreach (var setting in ServerSettingsTable.All)
        {
            if (file.TryGetValue(setting.Key, out var written)) Apply(setting, written, $"'{setting.Key}' in {path}");
            if (Given(setting.Name) is { Length: > 0 } given) Apply(setting, given, setting.Name);
        }

        foreach (var name in OtlpSettings.Unsupported.Where(n => !string.IsNullOrEmpty(environment(n)))) problems.Add(ServerProblems.UnsupportedOtlp(name));
        CheckDiffer(ServerSettings.Http, options.Http, ServerSettings.Grpc, options.Grpc);
        CheckDiffer(ServerSettings.Http, options.Http, ServerSettings.Metrics, options.Metrics);
        CheckDiffer(ServerSettings.Grpc, options.Grpc, ServerSettings.Metrics, options.Metrics);
        return problems.Count > 0 ? Result.Fail<ServerOptions>(problems) : options;

        // A container is given a secret as a file, whose path is no secret.
        string? Given(string name)
        {
            if (environment(name) is { Length: > 0 } given) return given;
            if (environment($"{name}_FILE") is not { Length: > 0 } holder) return null;
            try
            {
                return File.ReadAllText(holder).TrimEnd('\r', '\n');
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problems.Add(ServerProblems.BadSetting($"{name}_FILE", holder, "the path of a file that can be read"));
                return null;
            }
        }

        void Apply(Setting setting, string text, string place)
        {
            if ((text.Length > 0 ? setting.Apply(options, text) : null) is { } changed) options = changed;
            else problems.Add(ServerProblems.BadSetting(place, setting.Secret ? "[REDACTED]" : text, setting.Range));
        }

        void CheckDiffer(string name, IPEndPoint address, string other, IPEndPoint otherAddress)
        {
            if (address.Port != 0 && address.Equals(otherAddress)) problems.Add(ServerProblems.SameAddress(name, other, address.ToString()));
        }
    }
}
