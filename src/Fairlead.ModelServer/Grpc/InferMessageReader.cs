using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Protocol;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Grpc;

/// <summary>
/// Reads a ModelInferRequest. Fields may come in any order, and raw contents belong to the inputs by their number: so the
/// message is first walked for where things are, then the tensors are read.
/// </summary>
internal sealed class InferMessageReader(Memory<byte> message, ModelSignature model)
{
    private readonly List<(int Start, int Length)> _inputs = [];
    private readonly List<(int Start, int Length)> _raw = [];

    public string ModelName { get; private set; } = "";

    public string ModelVersion { get; private set; } = "";

    /// <summary>Walks the message: names, id, outputs, and where the tensors are.</summary>
    /// <exception cref="InvalidDataException">It is no protobuf.</exception>
    public void Walk(InferRequest request)
    {
        var names = new List<string>();
        var proto = new ProtoReader(message.Span);
        while (proto.TryReadTag(out var field, out var wire))
        {
            switch (field)
            {
                case 1: ModelName = proto.Text(wire); break;
                case 2: ModelVersion = proto.Text(wire); break;
                case 3: request.Id = proto.Text(wire); break;
                case 4: CheckParameter(proto.Bytes(wire), "The request"); break;
                case 5: Add(_inputs, proto.Place(wire), "inputs"); break;
                case 6: names.Add(OutputOf(proto.Bytes(wire), names)); break;
                case 7: Add(_raw, proto.Place(wire), "raw_input_contents"); break;
                default: proto.Skip(wire); break;
            }
        }

        if (names.Count > 0) request.Outputs = names;
        request.BinaryByDefault = _raw.Count > 0;
    }

    /// <exception cref="RequestRefusedException">A tensor does not fit the protocol or the model.</exception>
    public void ReadTensors(InferRequest request)
    {
        if (_raw.Count > 0 && _raw.Count != _inputs.Count) throw new RequestRefusedException($"There are {_inputs.Count} inputs and {_raw.Count} raw_input_contents; with raw contents every input has one.");
        for (var i = 0; i < _inputs.Count; i++)
        {
            var (start, length) = _inputs[i];
            ReadTensor(request, message.Slice(start, length), i);
        }

        for (var i = 0; i < request.Inputs.Length; i++)
        {
            if (request.Inputs[i] is null) throw new RequestRefusedException($"The input '{model.Inputs[i].Name}' is missing.");
        }
    }

    private void Add(List<(int Start, int Length)> places, (int Start, int Length) place, string what)
    {
        if (places.Count == model.Inputs.Count) throw new RequestRefusedException($"The request has more {what} than the model has inputs, which is {model.Inputs.Count}.");
        places.Add(place);
    }

    private string OutputOf(ReadOnlySpan<byte> output, List<string> names)
    {
        var name = "";
        var proto = new ProtoReader(output);
        while (proto.TryReadTag(out var field, out var wire))
        {
            if (field == 1) name = proto.Text(wire);
            else if (field == 2) CheckParameter(proto.Bytes(wire), "A requested output");
            else proto.Skip(wire);
        }

        if (!model.Outputs.Any(o => o.Name == name)) throw new RequestRefusedException($"The model has no output '{name}'; it has {string.Join(", ", model.Outputs.Select(o => $"'{o.Name}'"))}.");
        return names.Contains(name) ? throw new RequestRefusedException($"The output '{name}' is asked for twice.") : name;
    }

    private void ReadTensor(InferRequest request, Memory<byte> tensor, int number)
    {
        var header = TensorHeader.Read(tensor.Span);
        var index = IndexOf(header.Name);
        var info = model.Inputs[index];
        if (!Datatypes.TryParse(header.Datatype, out var type)) throw new RequestRefusedException($"The input '{info.Name}': '{header.Datatype}' is no datatype of the protocol.");
        if (_raw.Count == 0)
        {
            ReadTyped(request, index, type, header, tensor.Span);
            return;
        }

        if (header.Contents.Count > 0) throw new RequestRefusedException($"The input '{info.Name}' has contents and raw_input_contents; there may be one of them.");
        var (start, length) = _raw[number];
        BinaryTensors.Bind(request, index, info, type, header.Shape, message.Slice(start, length));
    }

    private void ReadTyped(InferRequest request, int index, TensorType type, TensorHeader header, ReadOnlySpan<byte> tensor)
    {
        var info = model.Inputs[index];
        TensorHeaderReader.Check(request, index, info, type, header.Shape);
        if (TypedContents.FieldOf(type) is null) throw new RequestRefusedException($"The input '{info.Name}' is {Datatypes.NameOf(type)}, which gRPC carries in raw_input_contents alone.");

        // An element takes at least a byte: more elements than bytes are refused before memory is taken for them.
        var elements = TensorHeaderReader.ElementsOf(info.Name, header.Shape, tensor.Length);
        var memory = type == TensorType.String ? default : request.Rent(index, elements * type.ElementSize());
        var reader = new TypedContentsReader(info.Name, type, elements, memory.Span);
        foreach (var (start, length) in header.Contents) reader.Read(tensor.Slice(start, length));
        if (reader.Count != elements) throw new RequestRefusedException($"The input '{info.Name}' has the shape [{string.Join(',', header.Shape)}], which is {elements} elements; its contents have {reader.Count}.");
        request.Inputs[index] = new NamedTensor(info.Name, type == TensorType.String ? Tensor.OfStrings(header.Shape, reader.Strings) : Tensor.OfBytes(type, header.Shape, memory));
    }

    private int IndexOf(string name)
    {
        for (var i = 0; i < model.Inputs.Count; i++)
        {
            if (model.Inputs[i].Name == name) return i;
        }

        throw new RequestRefusedException($"The model has no input '{name}'; it has {string.Join(", ", model.Inputs.Select(i => $"'{i.Name}'"))}.");
    }

    /// <summary>One entry of a parameters map: the name is its field 1.</summary>
    internal static void CheckParameter(ReadOnlySpan<byte> entry, string what)
    {
        var proto = new ProtoReader(entry);
        while (proto.TryReadTag(out var field, out var wire))
        {
            if (field != 1)
            {
                proto.Skip(wire);
                continue;
            }

            var name = proto.Bytes(wire);
            if (ParametersReader.IsUnsupported(name)) throw new RequestRefusedException($"{what} has the parameter '{System.Text.Encoding.UTF8.GetString(name)}', which this server does not support.");
        }
    }
}
