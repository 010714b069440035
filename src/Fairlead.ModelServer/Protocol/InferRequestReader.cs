using System.Text.Json;
using Fairlead.ModelServer.Loading;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Protocol;

/// <summary>
/// Reads an inference request in one pass: elements go from the body straight into the tensors' memory. Keys may come in any
/// order; unknown keys are passed over; a known key that comes twice is refused, since readers differ in which one they take.
/// Tensors of the binary extension lie behind the JSON in the order of the inputs, and stay where they are.
/// </summary>
internal ref struct InferRequestReader
{
    private readonly ReadOnlySpan<byte> _body;
    private readonly ModelSignature _model;
    private Utf8JsonReader _json;
    private Memory<byte> _binary;

    private InferRequestReader(ReadOnlySpan<byte> body, Memory<byte> binary, ModelSignature model)
    {
        _body = body;
        _model = model;
        _binary = binary;
        _json = new Utf8JsonReader(body);
    }

    /// <exception cref="RequestRefusedException">The request does not fit the protocol or the model.</exception>
    public static InferRequest Read(ReadOnlySpan<byte> body, ModelSignature model) => Read(body, default, model);

    /// <param name="binary">What follows the JSON; the tensors stay in it.</param>
    /// <exception cref="RequestRefusedException">The request does not fit the protocol or the model.</exception>
    public static InferRequest Read(ReadOnlySpan<byte> body, Memory<byte> binary, ModelSignature model)
    {
        var request = new InferRequest(model.Inputs.Count) { MaxTensor = model.MaxTensor };
        try
        {
            new InferRequestReader(body, binary, model).ReadInto(request);
            return request;
        }
        catch (JsonException e)
        {
            request.Dispose();
            throw new RequestRefusedException($"The body is not valid JSON: {e.Message}");
        }
        catch
        {
            request.Dispose();
            throw;
        }
    }

    private void ReadInto(InferRequest request)
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject) throw new RequestRefusedException("The body is not a JSON object.");
        var seen = Keys.None;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var key = JsonKeys.OfRequest(ref _json);
            JsonKeys.Once(ref seen, key, "The request");
            _json.Read();
            if (key == Keys.Id) request.Id = ReadId();
            else if (key == Keys.Inputs) ReadInputs(request);
            else if (key == Keys.Outputs) new RequestedOutputsReader(_model).ReadInto(ref _json, request);
            else if (key == Keys.Parameters) request.BinaryByDefault = ParametersReader.Read(ref _json, "The request", ParametersOf.Request).Binary ?? false;
            else _json.Skip();
        }

        // Throws when anything but white space follows.
        _json.Read();
        if (!seen.HasFlag(Keys.Inputs)) throw new RequestRefusedException("The request has no 'inputs'.");
        for (var i = 0; i < request.Inputs.Length; i++)
        {
            if (request.Inputs[i] is null) throw new RequestRefusedException($"The input '{_model.Inputs[i].Name}' is missing.");
        }

        if (!_binary.IsEmpty) throw new RequestRefusedException($"{_binary.Length} bytes follow the last binary tensor.");
    }

    private string? ReadId() => _json.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.String => JsonKeys.Text(ref _json, "The request's 'id'"),
        _ => throw new RequestRefusedException("The request's 'id' is not a string."),
    };

    private void ReadInputs(InferRequest request)
    {
        if (_json.TokenType != JsonTokenType.StartArray) throw new RequestRefusedException("The request's 'inputs' is not an array.");
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.StartObject) throw new RequestRefusedException("The request's 'inputs' holds something that is not an object.");
            ReadInput(request);
        }
    }

    private void ReadInput(InferRequest request)
    {
        var (index, seen, type, dataAt) = (-1, Keys.None, default(TensorType), -1L);
        long[]? shape = null;
        int? binarySize = null;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var key = JsonKeys.OfTensor(ref _json);
            JsonKeys.Once(ref seen, key, index < 0 ? "An input" : $"The input '{_model.Inputs[index].Name}'");
            _json.Read();
            if (key == Keys.Name) index = InputIndex();
            else if (key == Keys.Datatype) type = TensorHeaderReader.Type(ref _json);
            else if (key == Keys.Shape) shape = TensorHeaderReader.Shape(ref _json);
            else if (key == Keys.Parameters) binarySize = ParametersReader.Read(ref _json, "An input", ParametersOf.Input).BinarySize;
            else if (key == Keys.Data && seen.HasFlag(Keys.Name | Keys.Datatype | Keys.Shape)) ReadData(ref _json, request, index, type, shape!);
            else if (key == Keys.Data) dataAt = SkipData();
            else _json.Skip();
        }

        var what = index < 0 ? "An input" : $"The input '{_model.Inputs[index].Name}'";
        if (binarySize is not null && seen.HasFlag(Keys.Data)) throw new RequestRefusedException($"{what} has both 'data' and 'binary_data_size'.");
        foreach (var (key, name) in (ReadOnlySpan<(Keys, string)>)[(Keys.Name, "name"), (Keys.Datatype, "datatype"), (Keys.Shape, "shape"), (Keys.Data, "data")])
        {
            if (key == Keys.Data && binarySize is not null) continue;
            if (!seen.HasFlag(key)) throw new RequestRefusedException($"{what} has no '{name}'.");
        }

        if (binarySize is { } size) ReadBinary(request, index, type, shape!, size);
        if (dataAt < 0) return;
        var data = new Utf8JsonReader(_body[(int)dataAt..]);
        data.Read();
        ReadData(ref data, request, index, type, shape!);
    }

    private void ReadBinary(InferRequest request, int index, TensorType type, long[] shape, int size)
    {
        var info = _model.Inputs[index];
        if (size > _binary.Length) throw new RequestRefusedException($"The input '{info.Name}' has a 'binary_data_size' of {size}; {_binary.Length} bytes of the body are left for it.");
        BinaryTensors.Bind(request, index, info, type, shape, _binary[..size]);
        _binary = _binary[size..];
    }

    private long SkipData()
    {
        var at = _json.TokenStartIndex;
        _json.Skip();
        return at;
    }

    private int InputIndex()
    {
        if (_json.TokenType != JsonTokenType.String) throw new RequestRefusedException("An input's 'name' is not a string.");
        for (var i = 0; i < _model.InputNames.Length; i++)
        {
            if (_json.ValueTextEquals(_model.InputNames[i])) return i;
        }

        var known = string.Join(", ", _model.Inputs.Select(i => $"'{i.Name}'"));
        throw new RequestRefusedException($"The model has no input '{JsonKeys.Text(ref _json, "An input's 'name'")}'; it has {known}.");
    }

    private readonly void ReadData(ref Utf8JsonReader json, InferRequest request, int index, TensorType type, long[] shape)
    {
        var info = _model.Inputs[index];
        TensorHeaderReader.Check(request, index, info, type, shape);

        // An element takes at least a digit and a comma: more elements than bytes are refused before memory is taken for them.
        var elements = TensorHeaderReader.ElementsOf(info.Name, shape, _body.Length);
        if (type == TensorType.String)
        {
            request.Inputs[index] = new NamedTensor(info.Name, Tensor.OfStrings(shape, TensorDataReader.ReadStrings(ref json, info.Name, shape, elements)));
            return;
        }

        // A body near FAIRLEAD_MAX_BODY's upper limit can hold more digits than an array can hold bytes.
        if ((long)elements * type.ElementSize() > Array.MaxLength) throw new RequestRefusedException(StatusCodes.Status413PayloadTooLarge, $"The input '{info.Name}' has {elements} elements, more than one tensor can have.");
        var memory = request.Rent(index, elements * type.ElementSize());
        TensorDataReader.ReadNumbers(ref json, info.Name, type, shape, memory.Span);
        request.Inputs[index] = new NamedTensor(info.Name, Tensor.OfBytes(type, shape, memory));
    }
}
