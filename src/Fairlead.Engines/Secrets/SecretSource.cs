using Fairlead.Core.Homes;
using Fairlead.Core.Results;

namespace Fairlead.Engines.Secrets;

/// <summary>Secrets by name: the controller's environment first, then a file of the home that only its owner may read.</summary>
internal sealed class SecretSource(FairleadHome home, Func<string, string?> lookUp)
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public Result<string> Find(string name)
    {
        if (lookUp(name) is { } value) return value;
        var file = Path.Combine(home.Secrets, name);
        if (name.Contains('/') || !File.Exists(file)) return EngineProblems.SecretMissing(name, file);
        try
        {
            if ((File.GetUnixFileMode(file) & Others) != 0) return EngineProblems.SecretExposed(file);

            // Editors and `echo` end a file with a line end that is not part of the secret.
            var text = File.ReadAllText(file);
            return text.EndsWith('\n') ? text[..^1].TrimEnd('\r') : text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return EngineProblems.SecretUnreadable(file, e.Message);
        }
    }
}
