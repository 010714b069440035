using System.Text.Json;
using Fairlead.ModelServer.Loading;

namespace Fairlead.ModelServer.Protocol;

/// <summary>Reads the request's <c>outputs</c>: which of the model's outputs are wanted, in which order.</summary>
internal sealed class RequestedOutputsReader(ModelSignature model)
{
    /// <summary>Sets nothing, which is all outputs, for an empty list.</summary>
    public void ReadInto(ref Utf8JsonReader json, InferRequest request)
    {
        if (json.TokenType == JsonTokenType.Null) return;
        if (json.TokenType != JsonTokenType.StartArray) throw new RequestRefusedException("The request's 'outputs' is not an array.");
        var (names, forms) = (new List<string>(), new List<bool?>());
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.StartObject) throw new RequestRefusedException("The request's 'outputs' holds something that is not an object.");
            var (name, binary) = ReadOutput(ref json);
            if (names.Contains(name)) throw new RequestRefusedException($"The output '{name}' is asked for twice.");
            names.Add(name);
            forms.Add(binary);
        }

        if (names.Count > 0) (request.Outputs, request.OutputForms) = (names, forms);
    }

    private (string Name, bool? Binary) ReadOutput(ref Utf8JsonReader json)
    {
        string? name = null;
        bool? binary = null;
        var seen = Keys.None;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var key = JsonKeys.OfTensor(ref json);
            JsonKeys.Once(ref seen, key, "A requested output");
            json.Read();
            if (key == Keys.Name) name = ReadName(ref json);
            else if (key == Keys.Parameters) binary = ParametersReader.Read(ref json, "A requested output", ParametersOf.Output).Binary;
            else json.Skip();
        }

        return (name ?? throw new RequestRefusedException("A requested output has no 'name'."), binary);
    }

    private string ReadName(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String) throw new RequestRefusedException("A requested output's 'name' is not a string.");
        for (var i = 0; i < model.OutputNames.Length; i++)
        {
            if (json.ValueTextEquals(model.OutputNames[i])) return model.Outputs[i].Name;
        }

        var known = string.Join(", ", model.Outputs.Select(o => $"'{o.Name}'"));
        throw new RequestRefusedException($"The model has no output '{JsonKeys.Text(ref json, "A requested output's 'name'")}'; it has {known}.");
    }
}
