namespace Fairlead.Cli.Output;

/// <summary>Colours by meaning; plain text when colour is off.</summary>
internal sealed record Paint(bool On)
{
    public string Good(string text) => Wrap(text, "32");

    public string Warn(string text) => Wrap(text, "33");

    public string Bad(string text) => Wrap(text, "31");

    public string Strong(string text) => Wrap(text, "1");

    public string Faint(string text) => Wrap(text, "2");

    /// <summary>The colour of a deployment's, replica's or rollout's phase.</summary>
    public string Phase(string phase) => phase switch
    {
        "ready" or "complete" or "current" => Good(phase),
        "failed" or "exited" or "rolled_back" => Bad(phase),
        "superseded" or "idle" => Faint(phase),
        _ => Warn(phase),
    };

    public string Severity(string severity, string text) => severity switch
    {
        "error" => Bad(text),
        "warning" => Warn(text),
        _ => text,
    };

    private string Wrap(string text, string code) => On && text.Length > 0 ? $"\x1b[{code}m{text}\x1b[0m" : text;
}
