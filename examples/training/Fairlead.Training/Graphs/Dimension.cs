namespace Fairlead.Training.Graphs;

/// <summary>A size that is fixed, or a name for one that differs from request to request.</summary>
public readonly record struct Dimension(long? Size, string? Name)
{
    public static implicit operator Dimension(long size) => new(size, null);

    public static implicit operator Dimension(string name) => new(null, name);
}
