namespace Fairlead.Testing.Registries;

/// <summary>What a <see cref="FaultProxy"/> does to one request.</summary>
public abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>Answers itself; the registry does not see the request.</summary>
    public sealed record Status(int Code, string? Header = null, string? Value = null) : Fault;

    /// <summary>Hands on so much of the request's body, then cuts both connections.</summary>
    public sealed record CutRequest(long After) : Fault;

    /// <summary>Hands the request on, then so much of the answer's body, then cuts the client's connection; 0 hands on no answer.</summary>
    public sealed record CutAnswer(long After) : Fault;

    /// <summary>Hands the request on after a while.</summary>
    public sealed record Late(TimeSpan By) : Fault;

    /// <summary>Changes one byte of the answer's body.</summary>
    public sealed record Tamper : Fault;
}
