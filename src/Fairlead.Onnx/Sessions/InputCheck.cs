namespace Fairlead.Onnx.Sessions;

/// <summary>Whether tensors fit a model's inputs, told with the name of the one that does not.</summary>
internal static class InputCheck
{
    /// <summary>The number of the input that each tensor is for.</summary>
    public static void Match(Port[] ports, IReadOnlyList<NamedTensor> tensors, Span<int> numbers)
    {
        for (var i = 0; i < tensors.Count; i++)
        {
            var name = tensors[i].Name;
            var number = IndexOf(ports, name);
            if (number < 0) throw OnnxFailures.InvalidInput($"The model has no input '{name}'; its inputs are {NamesOf(ports)}.");
            if (numbers[..i].Contains(number)) throw OnnxFailures.InvalidInput($"The input '{name}' is given twice.");
            CheckTensor(ports[number].Info, tensors[i].Tensor);
            numbers[i] = number;
        }

        if (tensors.Count < ports.Length) throw Missing(ports, tensors);
    }

    // Apart, and a loop: a lambda here would allocate for every run.
    private static OnnxException Missing(Port[] ports, IReadOnlyList<NamedTensor> tensors)
    {
        var missing = Array.Find(ports, p => !tensors.Any(t => t.Name == p.Info.Name))!;
        return OnnxFailures.InvalidInput($"The input '{missing.Info.Name}' is missing.");
    }

    private static int IndexOf(Port[] ports, string name)
    {
        for (var i = 0; i < ports.Length; i++)
        {
            if (ports[i].Info.Name == name) return i;
        }

        return -1;
    }

    private static void CheckTensor(TensorInfo info, Tensor tensor)
    {
        if (tensor.Type != info.Type) throw OnnxFailures.InvalidInput($"The input '{info.Name}' is {tensor.Type}, but the model wants {info.Type}.");
        var fits = tensor.Shape.Count == info.Shape.Count;
        for (var i = 0; fits && i < info.Shape.Count; i++) fits = info.Shape[i] < 0 || info.Shape[i] == tensor.Shape[i];
        if (fits || IsShapeless(info)) return;
        throw OnnxFailures.InvalidInput($"The input '{info.Name}' has the shape [{string.Join(',', tensor.Shape)}], but the model wants [{string.Join(',', info.Shape)}] (-1 is free).");
    }

    // ONNX Runtime reports an input without a declared shape like a scalar; the run itself tells the two apart.
    private static bool IsShapeless(TensorInfo info) => info.Shape.Count == 0;

    private static string NamesOf(Port[] ports) => string.Join(", ", ports.Select(p => $"'{p.Info.Name}'"));
}
