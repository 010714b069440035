using Fairlead.Core.Units;

namespace Fairlead.ModelServer.Settings;

/// <summary>Which requests are written down, and where; none are while <see cref="File"/> is null.</summary>
internal sealed record SampleOptions
{
    public string? File { get; init; }

    public Share Share { get; init; } = new(1);

    /// <summary>Names whose values are not written.</summary>
    public IReadOnlyList<string> Redact { get; init; } = [];

    /// <summary>A file that would grow above this is put aside.</summary>
    public ByteSize Limit { get; init; } = new(64 << 20);
}
