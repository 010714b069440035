namespace Fairlead.Cli.Doctor;

/// <summary>What <c>doctor</c> found, check by check.</summary>
internal sealed record DoctorReport(string Home, IReadOnlyList<Check> Checks);

/// <param name="State"><c>ok</c>, <c>warn</c> (works, with a limit) or <c>fail</c> (something will not work).</param>
/// <param name="Remedy">What to do; null when ok.</param>
internal sealed record Check(string Subject, string State, string Finding, string? Remedy)
{
    public static Check Ok(string subject, string finding) => new(subject, "ok", finding, null);

    public static Check Warn(string subject, string finding, string remedy) => new(subject, "warn", finding, remedy);

    public static Check Fail(string subject, string finding, string remedy) => new(subject, "fail", finding, remedy);
}
