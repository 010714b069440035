using System.CommandLine;
using Fairlead.Core.Units;

namespace Fairlead.Cli.Commands;

/// <summary>The option <c>--timeout</c>, the same for every command that waits.</summary>
internal static class Timeouts
{
    private static readonly TimeSpan Default = TimeSpan.FromMinutes(5);

    public static Option<TimeSpan> Option(string description) => new("--timeout")
    {
        Description = $"{description}, such as '30s' (default {Duration.Format(Default)})",
        HelpName = "SPAN",
        DefaultValueFactory = static _ => Default,
        CustomParser = static result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (Duration.TryParse(text, out var span) && span > TimeSpan.Zero) return span;
            result.AddError($"--timeout takes a span such as '30s', not '{text}'.");
            return Default;
        },
    };
}
