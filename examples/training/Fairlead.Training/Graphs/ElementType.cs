namespace Fairlead.Training.Graphs;

/// <summary>Element types by their numbers in <c>TensorProto.DataType</c>.</summary>
public enum ElementType
{
    Float32 = 1,
    Int64 = 7,
}
