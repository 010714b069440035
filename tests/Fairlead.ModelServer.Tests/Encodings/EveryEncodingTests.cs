using System.Text;
using System.Text.Json;
using Fairlead.ModelServer.Protocol;
using Fairlead.ModelServer.Tests.Grpc;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.ModelServer.Tests.Http;
using Fairlead.Onnx;
using Fairlead.Testing.Models;
using FsCheck;
using FsCheck.Fluent;

namespace Fairlead.ModelServer.Tests.Encodings;

/// <summary>Any tensor that one encoding carries comes back equal through an identity model in every other that carries it.</summary>
public sealed class EveryEncodingTests
{
    private const int Tensors = 40;

    [Theory]
    [InlineData(TensorType.Bool, 9)]
    [InlineData(TensorType.UInt8, 2)]
    [InlineData(TensorType.UInt16, 4)]
    [InlineData(TensorType.UInt32, 12)]
    [InlineData(TensorType.UInt64, 13)]
    [InlineData(TensorType.Int8, 3)]
    [InlineData(TensorType.Int16, 5)]
    [InlineData(TensorType.Int32, 6)]
    [InlineData(TensorType.Int64, 7)]
    [InlineData(TensorType.Float16, 10)]
    [InlineData(TensorType.Float32, 1)]
    [InlineData(TensorType.Float64, 11)]
    [InlineData(TensorType.String, 8)]
    public async Task TensorComesBackEqualInEveryEncoding(TensorType type, int elementType)
    {
        using var folder = PackedFolder.Of(TinyModels.Identity(elementType));
        await using var server = await TestServer.StartAsync(folder.Path);
        using var client = new GrpcClient(server.Grpc);
        foreach (var tensor in TensorsOf(type).Sample(30, Tensors))
        {
            if (tensor.JsonCarriesIt)
            {
                (await ThroughJsonAsync(server, tensor)).ToString().ShouldBe(tensor.ToString(), "JSON to JSON");
                (await BinaryAnswerAsync(server, tensor, InJson(tensor, "\"parameters\":{\"binary_data_output\":true},"), [])).ToString().ShouldBe(tensor.ToString(), "JSON to binary");
                (await JsonAnswerAsync(server, tensor, InBinary(tensor, ""), tensor.Raw)).ToString().ShouldBe(tensor.ToString(), "binary to JSON");
            }

            (await BinaryAnswerAsync(server, tensor, InBinary(tensor, "\"parameters\":{\"binary_data_output\":true},"), tensor.Raw)).ToString().ShouldBe(tensor.ToString(), "binary to binary");
            if (type != TensorType.String) (await BinaryAnswerAsync(server, tensor, "", tensor.Raw)).ToString().ShouldBe(tensor.ToString(), "a body of bytes");
            (await RawGrpcAsync(client, tensor)).ToString().ShouldBe(tensor.ToString(), "gRPC raw");
            if (type == TensorType.Float16) continue;
            foreach (var packed in new[] { true, false }) (await TypedGrpcAsync(client, tensor, packed)).ToString().ShouldBe(tensor.ToString(), "gRPC typed");
        }
    }

    private static Gen<WireTensor> TensorsOf(TensorType type)
    {
        var bytes = ArbMap.Default.ArbFor<byte>().Generator;
        var element = type switch
        {
            TensorType.Bool => Gen.Choose(0, 1).Select(b => new[] { (byte)b }),
            TensorType.String => Gen.OneOf(bytes.ArrayOf(), ArbMap.Default.ArbFor<string>().Generator.Select(s => Encoding.UTF8.GetBytes(s ?? ""))),
            TensorType.Float16 => Numbers(bytes, 2, n => BitConverter.GetBytes((Half)n)),
            TensorType.Float32 => Numbers(bytes, 4, n => BitConverter.GetBytes((float)n)),
            TensorType.Float64 => Numbers(bytes, 8, BitConverter.GetBytes),
            _ => bytes.ArrayOf(type.ElementSize()),
        };
        return element.ArrayOf().Select(elements => new WireTensor(type, elements));
    }

    /// <summary>Any bits, with NaN and infinities among them, or an ordinary number.</summary>
    private static Gen<byte[]> Numbers(Gen<byte> bytes, int size, Func<double, byte[]> ordinary) =>
        Gen.OneOf(bytes.ArrayOf(size), Gen.Choose(-1_000_000, 1_000_000).Select(n => ordinary(n / 16.0)));

    private static string InJson(WireTensor tensor, string parameters) => $"{{{parameters}\"inputs\":[{{{Header(tensor)},\"data\":{tensor.Json}}}]}}";

    private static string InBinary(WireTensor tensor, string parameters) => $"{{{parameters}\"inputs\":[{{{Header(tensor)},\"parameters\":{{\"binary_data_size\":{tensor.Raw.Length}}}}}]}}";

    private static string Header(WireTensor tensor) => $"\"name\":\"x\",\"datatype\":\"{Datatypes.NameOf(tensor.Type)}\",\"shape\":[{tensor.Elements.Length}]";

    private static async Task<WireTensor> ThroughJsonAsync(TestServer server, WireTensor tensor) => WireTensor.OfJson(tensor.Type, (await server.OutputsAsync(InJson(tensor, "")))["y"].GetProperty("data"));

    private static async Task<WireTensor> JsonAnswerAsync(TestServer server, WireTensor tensor, string json, byte[] bytes)
    {
        using var response = await BinaryRequests.SendAsync(server, json, bytes);
        return WireTensor.OfJson(tensor.Type, JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("outputs")[0].GetProperty("data"));
    }

    private static async Task<WireTensor> BinaryAnswerAsync(TestServer server, WireTensor tensor, string json, byte[] bytes)
    {
        using var response = await BinaryRequests.SendAsync(server, json, bytes);
        return WireTensor.OfRaw(tensor.Type, (await BinaryRequests.ReadAsync(response)).Bytes);
    }

    private static async Task<WireTensor> RawGrpcAsync(GrpcClient client, WireTensor tensor)
    {
        var reply = await client.CallAsync(GrpcClient.Infer, new ProtoBytes().Text(1, "m").Message(5, Input(tensor)).Bytes(7, tensor.Raw));
        reply.Status.ShouldBe(0, reply.Error);
        return WireTensor.OfRaw(tensor.Type, reply.Fields.Single(f => f.Field == 6).Bytes);
    }

    private static async Task<WireTensor> TypedGrpcAsync(GrpcClient client, WireTensor tensor, bool packed)
    {
        var reply = await client.CallAsync(GrpcClient.Infer, new ProtoBytes().Text(1, "m").Message(5, Input(tensor).Message(5, tensor.Typed(packed))));
        reply.Status.ShouldBe(0, reply.Error);
        var output = GrpcReply.FieldsOf(reply.Fields.Single(f => f.Field == 5).Bytes);
        return WireTensor.OfTyped(tensor.Type, output.Single(f => f.Field == 5).Bytes);
    }

    private static ProtoBytes Input(WireTensor tensor) => new ProtoBytes().Text(1, "x").Text(2, Datatypes.NameOf(tensor.Type)).Number(3, tensor.Elements.Length);
}
