namespace Fairlead.Cli.Output;

/// <summary>How every command ends. Never 0 when something asked for was not done.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;

    /// <summary>Wrong usage or an invalid manifest: the same command cannot succeed until what the user wrote changes.</summary>
    public const int Usage = 2;

    /// <summary>128 + SIGINT, as shells count it.</summary>
    public const int Cancelled = 130;
}
