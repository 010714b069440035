using System.Text.Json;

namespace Fairlead.ModelServer.Protocol;

/// <summary>The keys of the protocol's objects, as a set of those seen.</summary>
[Flags]
internal enum Keys
{
    None = 0,
    Id = 1,
    Parameters = 2,
    Inputs = 4,
    Outputs = 8,
    Name = 16,
    Datatype = 32,
    Shape = 64,
    Data = 128,
}

internal static class JsonKeys
{
    public static Keys OfRequest(ref Utf8JsonReader json) =>
        json.ValueTextEquals("inputs"u8) ? Keys.Inputs
        : json.ValueTextEquals("id"u8) ? Keys.Id
        : json.ValueTextEquals("outputs"u8) ? Keys.Outputs
        : json.ValueTextEquals("parameters"u8) ? Keys.Parameters
        : Keys.None;

    public static Keys OfTensor(ref Utf8JsonReader json) =>
        json.ValueTextEquals("name"u8) ? Keys.Name
        : json.ValueTextEquals("shape"u8) ? Keys.Shape
        : json.ValueTextEquals("datatype"u8) ? Keys.Datatype
        : json.ValueTextEquals("data"u8) ? Keys.Data
        : json.ValueTextEquals("parameters"u8) ? Keys.Parameters
        : Keys.None;

    public static void Once(ref Keys seen, Keys key, string what)
    {
        if (key != Keys.None && seen.HasFlag(key)) throw new RequestRefusedException($"{what} has '{key.ToString().ToLowerInvariant()}' twice.");
        seen |= key;
    }

    /// <summary>The current string; the JSON reader itself does not look at whether it is UTF-8.</summary>
    public static string Text(ref Utf8JsonReader json, string what)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new RequestRefusedException($"{what} is not valid UTF-8 text.");
        }
    }
}
