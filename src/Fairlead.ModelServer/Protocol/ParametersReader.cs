using System.Text.Json;

namespace Fairlead.ModelServer.Protocol;

/// <summary>
/// Checks a <c>parameters</c> object: strings, numbers and booleans (protocol, "Parameters"). Those that this server does not
/// know are passed over, as the protocol asks; those that would change the answer and are not carried out are refused.
/// </summary>
internal static class ParametersReader
{
    private static readonly string[] Refused = ["binary_data", "binary_data_output", "binary_data_size", "classification", "shared_memory_region"];

    public static void Check(ref Utf8JsonReader json, string what)
    {
        if (json.TokenType == JsonTokenType.Null) return;
        if (json.TokenType != JsonTokenType.StartObject) throw new RequestRefusedException($"{what} has 'parameters' that are not an object.");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var refused = NameIfRefused(ref json);
            json.Read();
            if (json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) throw new RequestRefusedException($"{what} has a parameter that is not a string, number or boolean.");
            var off = json.TokenType is JsonTokenType.False or JsonTokenType.Null;
            if (refused is not null && !off) throw new RequestRefusedException($"{what} has the parameter '{refused}', which this server does not support.");
        }
    }

    private static string? NameIfRefused(ref Utf8JsonReader json)
    {
        foreach (var name in Refused)
        {
            if (json.ValueTextEquals(name)) return name;
        }

        return null;
    }
}
