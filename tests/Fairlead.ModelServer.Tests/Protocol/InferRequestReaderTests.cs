using System.Text;
using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Protocol;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Tests.Protocol;

public sealed class InferRequestReaderTests
{
    private const string X = """{"name":"x","datatype":"FP32","shape":[2,2],"data":[1,2,3,4]}""";

    [Theory]
    [InlineData("flat", """{"inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[1,2,3,4]}]}""")]
    [InlineData("nested", """{"inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[[1,2],[3,4]]}]}""")]
    [InlineData("data first", """{"inputs":[{"data":[[1,2],[3,4]],"shape":[2,2],"name":"x","datatype":"FP32"}]}""")]
    [InlineData("unknown keys", """{"a":{"b":[1]},"inputs":[{"c":[[]],"name":"x","datatype":"FP32","shape":[2,2],"data":[1,2,3,4],"d":null}],"e":1}""")]
    [InlineData("escaped keys", """{"\u0069nputs":[{"n\u0061me":"\u0078","datatype":"FP32","shape":[2,2],"data":[1,2,3,4]}]}""")]
    [InlineData("numbers in every form", """{"inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[1.0,2e0,30E-1,4]}]}""")]
    public void GoodRequest_IsRead(string label, string json)
    {
        using var request = Read(json, Float("x", -1, 2));
        var tensor = request.Inputs.ShouldHaveSingleItem().ShouldNotBeNull(label).Tensor;
        tensor.Shape.ShouldBe([2, 2]);
        tensor.AsSpan<float>().ToArray().ShouldBe([1, 2, 3, 4]);
    }

    [Theory]
    [InlineData("empty", "", "not valid JSON")]
    [InlineData("truncated", """{"inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[1,2""", "not valid JSON")]
    [InlineData("trailing bytes", $$"""{"inputs":[{{X}}]} x""", "not valid JSON")]
    [InlineData("a comment", $$"""{"inputs":[{{X}}]/* */}""", "not valid JSON")]
    [InlineData("byte order mark", "\ufeff{}", "not valid JSON")]
    [InlineData("an array", "[]", "not a JSON object")]
    [InlineData("no inputs", "{}", "no 'inputs'")]
    [InlineData("inputs twice", $$"""{"inputs":[{{X}}],"inputs":[{{X}}]}""", "'inputs' twice")]
    [InlineData("data twice", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2],"data":[3,4]}]}""", "'data' twice")]
    [InlineData("input missing", """{"inputs":[]}""", "'x' is missing")]
    [InlineData("input twice", $$"""{"inputs":[{{X}},{{X}}]}""", "'x' is given twice")]
    [InlineData("input unknown", """{"inputs":[{"name":"z","datatype":"FP32","shape":[1,2],"data":[1,2]}]}""", "no input 'z'")]
    [InlineData("input without a name", """{"inputs":[{"datatype":"FP32","shape":[1,2],"data":[1,2]}]}""", "no 'name'")]
    [InlineData("input without data", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2]}]}""", "'x' has no 'data'")]
    [InlineData("wrong datatype", """{"inputs":[{"name":"x","datatype":"INT64","shape":[1,2],"data":[1,2]}]}""", "'x' is FP32")]
    [InlineData("no datatype of the protocol", """{"inputs":[{"name":"x","datatype":"FLOAT","shape":[1,2],"data":[1,2]}]}""", "'FLOAT' is no datatype")]
    [InlineData("wrong rank", """{"inputs":[{"name":"x","datatype":"FP32","shape":[2],"data":[1,2]}]}""", "'x' has the shape [-1,2]")]
    [InlineData("wrong size", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"data":[1,2,3]}]}""", "'x' has the shape [-1,2]")]
    [InlineData("negative shape", """{"inputs":[{"name":"x","datatype":"FP32","shape":[-1,2],"data":[1,2]}]}""", "'shape'")]
    [InlineData("fractional shape", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1.5,2],"data":[1,2]}]}""", "'shape'")]
    [InlineData("too few elements", """{"inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[1,2,3]}]}""", "4 elements; its 'data' has 3")]
    [InlineData("too many elements", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2,3]}]}""", "2 elements; its 'data' has 3")]
    [InlineData("a huge shape", """{"inputs":[{"name":"x","datatype":"FP32","shape":[4611686018427387904,2],"data":[1]}]}""", "more elements than the request holds")]
    [InlineData("ragged", """{"inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[[1,2,3],[4]]}]}""", "do not follow its shape")]
    [InlineData("half nested", """{"inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[1,2,[3,4]]}]}""", "do not follow its shape")]
    [InlineData("nested too deep", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[[[1,2]]]}]}""", "do not follow its shape")]
    [InlineData("data is a number", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":1}]}""", "'data' that is not an array")]
    [InlineData("a text for a number", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,"2"]}]}""", "element 1 is a string")]
    [InlineData("null for a number", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,null]}]}""", "element 1 is null")]
    [InlineData("an object for a number", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,{}]}]}""", "object in its 'data'")]
    [InlineData("NaN", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,NaN]}]}""", "not valid JSON")]
    [InlineData("Infinity", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,Infinity]}]}""", "not valid JSON")]
    [InlineData("too large a number", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,1e39]}]}""", "element 1 is 1e39")]
    [InlineData("id that is no text", $$"""{"id":1,"inputs":[{{X}}]}""", "'id' is not a string")]
    [InlineData("parameters that are no object", $$"""{"parameters":[],"inputs":[{{X}}]}""", "not an object")]
    [InlineData("a parameter that is an object", $$"""{"parameters":{"a":{} },"inputs":[{{X}}]}""", "not a string, number or boolean")]
    [InlineData("an unknown output", $$"""{"inputs":[{{X}}],"outputs":[{"name":"q"}]}""", "no output 'q'")]
    [InlineData("an output twice", $$"""{"inputs":[{{X}}],"outputs":[{"name":"y"},{"name":"y"}]}""", "'y' is asked for twice")]
    [InlineData("classification", $$"""{"inputs":[{{X}}],"outputs":[{"name":"y","parameters":{"classification":2} }]}""", "'classification'")]
    [InlineData("binary_data on the request", $$"""{"inputs":[{{X}}],"parameters":{"binary_data":true} }""", "'binary_data'")]
    [InlineData("binary_data that is a number", $$"""{"inputs":[{{X}}],"outputs":[{"name":"y","parameters":{"binary_data":1} }]}""", "neither true nor false")]
    [InlineData("binary_data_output twice", $$"""{"inputs":[{{X}}],"parameters":{"binary_data_output":true,"binary_data_output":false} }""", "twice")]
    [InlineData("bytes that did not come", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":8} }]}""", "0 bytes of the body are left")]
    [InlineData("no elements but a huge shape", """{"inputs":[{"name":"x","datatype":"FP32","shape":[4611686018427387904,2,0],"data":[]}]}""", "'x' has the shape")]
    public void WrongRequest_IsRefusedWithTheReason(string label, string json, string reason)
    {
        var refused = Should.Throw<RequestRefusedException>(() => Read(json, Float("x", -1, 2)), label);
        refused.Status.ShouldBe(400);
        refused.Message.ShouldContain(reason);
    }

    [Theory]
    [InlineData(TensorType.Bool, "true,false", "1", 2)]
    [InlineData(TensorType.UInt8, "0,255", "256", 2)]
    [InlineData(TensorType.Int8, "-128,127", "128", 2)]
    [InlineData(TensorType.UInt16, "0,65535", "-1", 4)]
    [InlineData(TensorType.Int16, "-32768,32767", "32768", 4)]
    [InlineData(TensorType.UInt32, "0,4294967295", "4294967296", 8)]
    [InlineData(TensorType.Int32, "-2147483648,2147483647", "1.5", 8)]
    [InlineData(TensorType.UInt64, "0,18446744073709551615", "18446744073709551616", 16)]
    [InlineData(TensorType.Int64, "-9223372036854775808,9223372036854775807", "true", 16)]
    [InlineData(TensorType.Float16, "65504,-0.5", "1e5", 4)]
    [InlineData(TensorType.Float32, "3.4028235e38,-1e-45", "1e39", 8)]
    [InlineData(TensorType.Float64, "1.7976931348623157e308,-5e-324", "1e309", 16)]
    [InlineData(TensorType.String, "\"a\",\"\\u00e9\\n\"", "1", 0)]
    public void EveryDatatype_TakesItsRangeAndNothingElse(TensorType type, string good, string bad, int bytes)
    {
        var info = new TensorInfo("x", type, [-1], [null]);
        using var request = Read($$"""{"inputs":[{"name":"x","datatype":"{{Datatypes.NameOf(type)}}","shape":[2],"data":[{{good}}]}]}""", info);
        request.Inputs[0]!.Tensor.Bytes.Length.ShouldBe(bytes);
        if (type == TensorType.String) request.Inputs[0]!.Tensor.Strings.Select(Encoding.UTF8.GetString).ShouldBe(["a", "é\n"]);
        Should.Throw<RequestRefusedException>(() => Read($$"""{"inputs":[{"name":"x","datatype":"{{Datatypes.NameOf(type)}}","shape":[1],"data":[{{bad}}]}]}""", info))
            .Message.ShouldContain("'x' is " + Datatypes.NameOf(type));
    }

    [Fact]
    public void NestingTenThousandDeep_IsRefused()
    {
        var json = """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":""" + new string('[', 10_000) + new string(']', 10_000) + "}]}";
        Should.Throw<RequestRefusedException>(() => Read(json, Float("x", -1, 2)));
        Should.Throw<RequestRefusedException>(() => Read(new string('[', 10_000), Float("x", -1, 2)));
        Should.Throw<RequestRefusedException>(() => Read(string.Concat(Enumerable.Repeat("{\"a\":", 10_000)), Float("x", -1, 2)));
    }

    [Theory]
    [InlineData("in a tensor's text", "\"data\":[\"\u00ff\"]")]
    [InlineData("in an escaped text", "\"data\":[\"\\n\u00ff\"]")]
    [InlineData("half a surrogate pair", "\"data\":[\"\\ud800\"]")]
    public void BadUtf8_IsRefused(string label, string data)
    {
        // Latin-1 turns ÿ into the byte 0xFF, which no UTF-8 text holds.
        var json = Encoding.Latin1.GetBytes($$"""{"inputs":[{"name":"x","datatype":"BYTES","shape":[1],{{data}}}]}""");
        Should.Throw<RequestRefusedException>(() => InferRequestReader.Read(json, new ModelSignature([new TensorInfo("x", TensorType.String, [-1], [null])], [])), label);
    }

    [Fact]
    public void BadUtf8InTheId_IsRefused() =>
        Should.Throw<RequestRefusedException>(() => InferRequestReader.Read(Encoding.Latin1.GetBytes("{\"id\":\"\u00ff\"}"), new ModelSignature([Float("x", 1)], [])));

    [Theory]
    [InlineData("[0]", "[]")]
    [InlineData("[2,0]", "[[],[]]")]
    [InlineData("[2,0]", "[]")]
    [InlineData("[]", "[7]")]
    public void EmptyAndScalarTensors_AreRead(string shape, string data)
    {
        using var request = Read($$"""{"inputs":[{"name":"x","datatype":"FP32","shape":{{shape}},"data":{{data}}}]}""", new TensorInfo("x", TensorType.Float32, [], []));
        request.Inputs[0]!.Tensor.Bytes.Length.ShouldBe(shape == "[]" ? 4 : 0);
    }

    [Fact]
    public void IdAndOutputs_AreRead()
    {
        using var request = Read($$"""{"id":"a\u00e9","outputs":[{"name":"z"},{"name":"y"}],"parameters":{"a":1,"b":true,"c":"d"},"inputs":[{{X}}]}""", Float("x", -1, 2));
        request.Id.ShouldBe("aé");
        request.Outputs.ShouldBe(["z", "y"]);
    }

    private static TensorInfo Float(string name, params long[] shape) => new(name, TensorType.Float32, shape, new string?[shape.Length]);

    private static InferRequest Read(string json, TensorInfo input) =>
        InferRequestReader.Read(Encoding.UTF8.GetBytes(json), new ModelSignature([input], [Float("y", -1, 2), Float("z", -1, 2)]));
}
