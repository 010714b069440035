namespace Fairlead.Training.Graphs;

/// <summary>An operator's whole-number setting: one, or a list of them.</summary>
public sealed record NodeAttribute(string Name, params long[] Values)
{
    private const int IntType = 2;
    private const int IntsType = 7;

    internal bool IsList { get; init; }

    public static NodeAttribute List(string name, params long[] values) => new(name, values) { IsList = true };

    // AttributeProto: name 1, i 3, ints 8, type 20
    internal void Write(ProtoWriter writer)
    {
        writer.Text(1, Name);
        foreach (var value in Values) writer.Number(IsList ? 8 : 3, value);
        writer.Number(20, IsList ? IntsType : IntType);
    }
}
