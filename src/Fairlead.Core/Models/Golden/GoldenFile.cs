using System.Text.Json;

namespace Fairlead.Core.Models.Golden;

/// <summary>Requests with the answers that a model must give before it is ready; docs/reference/golden.md.</summary>
/// <param name="Tolerance">How far a number may be off: <c>tolerance + tolerance × |expected|</c>. Texts and whole numbers must be equal.</param>
public sealed record GoldenFile(double Tolerance, IReadOnlyList<GoldenCase> Cases)
{
    public const double DefaultTolerance = 1e-4;

    /// <summary>Whether a number is near enough. NaN matches NaN, and an infinity itself.</summary>
    public bool Accepts(double expected, double actual) =>
        expected.Equals(actual) || (double.IsFinite(expected) && Math.Abs(expected - actual) <= Tolerance + (Tolerance * Math.Abs(expected)));
}

/// <param name="Name">Named when the case fails.</param>
/// <param name="Request">The body of an inference request, JSON of the protocol.</param>
/// <param name="Outputs">The outputs that are compared; others are left alone.</param>
public sealed record GoldenCase(string Name, ReadOnlyMemory<byte> Request, IReadOnlyList<GoldenOutput> Outputs);

/// <param name="Datatype">The protocol's name, such as <c>FP32</c>.</param>
/// <param name="Data">The elements row by row: numbers, texts or truth values.</param>
public sealed record GoldenOutput(string Name, string Datatype, IReadOnlyList<long> Shape, IReadOnlyList<JsonElement> Data);
