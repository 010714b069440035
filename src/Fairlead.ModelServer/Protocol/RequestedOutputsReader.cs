using System.Text.Json;
using Fairlead.ModelServer.Loading;

namespace Fairlead.ModelServer.Protocol;

/// <summary>Reads the request's <c>outputs</c>: which of the model's outputs are wanted, in which order.</summary>
internal sealed class RequestedOutputsReader(ModelSignature model)
{
    /// <summary>Null for all: what an empty list asks for too.</summary>
    public IReadOnlyList<string>? Read(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null) return null;
        if (json.TokenType != JsonTokenType.StartArray) throw new RequestRefusedException("The request's 'outputs' is not an array.");
        var names = new List<string>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.StartObject) throw new RequestRefusedException("The request's 'outputs' holds something that is not an object.");
            var name = ReadOutput(ref json);
            if (names.Contains(name)) throw new RequestRefusedException($"The output '{name}' is asked for twice.");
            names.Add(name);
        }

        return names.Count == 0 ? null : names;
    }

    private string ReadOutput(ref Utf8JsonReader json)
    {
        string? name = null;
        var seen = Keys.None;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var key = JsonKeys.OfTensor(ref json);
            JsonKeys.Once(ref seen, key, "A requested output");
            json.Read();
            if (key == Keys.Name) name = ReadName(ref json);
            else if (key == Keys.Parameters) ParametersReader.Check(ref json, "A requested output");
            else json.Skip();
        }

        return name ?? throw new RequestRefusedException("A requested output has no 'name'.");
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
