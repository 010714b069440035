using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Fairlead.ModelServer.Protocol;

/// <summary>
/// Steps through a tensor's <c>data</c>, which is either one flat array of all elements or arrays nested as the shape says;
/// nothing between the two.
/// </summary>
internal struct ElementCursor(string input, long[] shape)
{
    private ArrayCounts _counts;
    private int _depth;
    private bool _nested;
    private bool _flat;

    /// <summary>Elements passed.</summary>
    public int Count { get; private set; }

    /// <summary>Moves to the next element; false at the end of the data.</summary>
    public bool Next(ref Utf8JsonReader json)
    {
        if (_depth == 0) Open(ref json);
        while (true)
        {
            json.Read();
            if (json.TokenType == JsonTokenType.StartArray)
            {
                EnterArray();
            }
            else if (json.TokenType == JsonTokenType.EndArray)
            {
                if (LeaveArray()) return false;
            }
            else
            {
                PassElement(json.TokenType);
                return true;
            }
        }
    }

    private void Open(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray) throw new RequestRefusedException($"The input '{input}' has 'data' that is not an array.");
        _counts[_depth++] = 0;
    }

    private void EnterArray()
    {
        _nested = true;
        if (_flat || _depth == shape.Length) throw WrongNesting();
        _counts[_depth - 1]++;
        _counts[_depth++] = 0;
    }

    private bool LeaveArray()
    {
        _depth--;
        if (_nested && _counts[_depth] != shape[_depth]) throw WrongNesting();
        return _depth == 0;
    }

    private void PassElement(JsonTokenType token)
    {
        if (token == JsonTokenType.StartObject) throw new RequestRefusedException($"The input '{input}' has an object in its 'data'.");
        _flat |= !_nested;
        if (_nested && _depth != shape.Length) throw WrongNesting();
        _counts[_depth - 1]++;
        Count++;
    }

    private readonly RequestRefusedException WrongNesting() =>
        new($"The input '{input}' has 'data' whose arrays do not follow its shape [{string.Join(',', shape)}].");

    /// <summary>Elements seen per open array; the JSON reader goes no deeper than this.</summary>
    [InlineArray(64)]
    private struct ArrayCounts
    {
        private long _first;
    }
}
