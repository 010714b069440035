using System.Text.Json;

namespace Fairlead.ModelServer.Protocol;

/// <summary>Where a <c>parameters</c> object stands; each place has one parameter of the binary tensor extension.</summary>
internal enum ParametersOf
{
    /// <summary><c>binary_data_output</c>.</summary>
    Request,

    /// <summary><c>binary_data_size</c>.</summary>
    Input,

    /// <summary><c>binary_data</c>.</summary>
    Output,
}

/// <summary>What <c>parameters</c> ask for.</summary>
/// <param name="Binary">Whether answers are wanted as bytes; null when not said.</param>
/// <param name="BinarySize">How many of the bytes after the JSON are this tensor's; null when not said.</param>
internal readonly record struct WireParameters(bool? Binary, int? BinarySize);

/// <summary>
/// Reads a <c>parameters</c> object: strings, numbers and booleans (protocol, "Parameters"). Those that this server does not
/// know are passed over, as the protocol asks; those that would change the answer and are not carried out are refused.
/// </summary>
internal static class ParametersReader
{
    private static readonly string[] Refused = ["binary_data", "binary_data_output", "binary_data_size", "classification", "shared_memory_region"];
    private static readonly string[] Taken = ["binary_data_output", "binary_data_size", "binary_data"];

    /// <summary>Parameters that would change the answer and that no wire of this server carries out.</summary>
    public static bool IsUnsupported(ReadOnlySpan<byte> name) => name.SequenceEqual("classification"u8) || name.SequenceEqual("shared_memory_region"u8);

    public static WireParameters Read(ref Utf8JsonReader json, string what, ParametersOf place)
    {
        var read = default(WireParameters);
        if (json.TokenType == JsonTokenType.Null) return read;
        if (json.TokenType != JsonTokenType.StartObject) throw new RequestRefusedException($"{what} has 'parameters' that are not an object.");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals(Taken[(int)place]))
            {
                if (read != default) throw new RequestRefusedException($"{what} has the parameter '{Taken[(int)place]}' twice.");
                json.Read();
                read = place == ParametersOf.Input ? new WireParameters(null, Size(ref json, what)) : new WireParameters(Flag(ref json, what, place), null);
            }
            else
            {
                PassOver(ref json, what);
            }
        }

        return read;
    }

    private static int Size(ref Utf8JsonReader json, string what) =>
        json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var size) && size >= 0
            ? size
            : throw new RequestRefusedException($"{what} has a 'binary_data_size' that is no whole number of bytes.");

    private static bool Flag(ref Utf8JsonReader json, string what, ParametersOf place) => json.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw new RequestRefusedException($"{what} has a '{Taken[(int)place]}' that is neither true nor false."),
    };

    private static void PassOver(ref Utf8JsonReader json, string what)
    {
        var refused = NameIfRefused(ref json);
        json.Read();
        if (json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) throw new RequestRefusedException($"{what} has a parameter that is not a string, number or boolean.");
        var off = json.TokenType is JsonTokenType.False or JsonTokenType.Null;
        if (refused is not null && !off) throw new RequestRefusedException($"{what} has the parameter '{refused}', which this server does not support there.");
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
