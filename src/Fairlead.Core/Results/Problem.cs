namespace Fairlead.Core.Results;

/// <summary>An expected failure, told so that a person can act on it.</summary>
/// <param name="Code">Stable code listed in docs/diagnostics.md, <c>FL</c> and four digits.</param>
/// <param name="Message">What is wrong, as a full sentence.</param>
/// <param name="Hint">What to do about it.</param>
public sealed record Problem(string Code, string Message, string Hint)
{
    /// <summary>Where in a file the problem lies; null when it lies in none.</summary>
    public SourceLocation? At { get; init; }

    public override string ToString() =>
        At is null ? $"{Code}: {Message} {Hint}" : $"{At}: {Code}: {Message} {Hint}";
}
