using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Grpc;

/// <summary>A gRPC client over HTTP/2 with prior knowledge that can also send what no proper client would.</summary>
internal sealed class GrpcClient(IPEndPoint address) : IDisposable
{
    public const string Infer = "inference.GRPCInferenceService/ModelInfer";
    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://{address}"), Timeout = Hosting.TestServer.Patience };

    public static GrpcClient Of(Hosting.TestServer server) => new(server.Grpc);

    public Task<GrpcReply> CallAsync(string method, ProtoBytes message, params (string Name, string Value)[] headers) => SendAsync(method, Frame(message.ToArray()), headers);

    public async Task<GrpcReply> SendAsync(string method, byte[] body, params (string Name, string Value)[] headers)
    {
        using var response = await OpenAsync(method, body, headers);
        var answer = await response.Content.ReadAsByteArrayAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/grpc");
        var status = Value(response.Headers, "grpc-status") ?? Value(response.TrailingHeaders, "grpc-status");
        var message = Value(response.Headers, "grpc-message") ?? Value(response.TrailingHeaders, "grpc-message");
        if (answer.Length > 0) BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(1)).ShouldBe((uint)answer.Length - 5);
        return new GrpcReply(int.Parse(status.ShouldNotBeNull(), CultureInfo.InvariantCulture), Uri.UnescapeDataString(message ?? ""), answer.Length > 0 ? answer[5..] : []);
    }

    /// <summary>Returns when the headers are there.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string method, byte[] body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, method) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public static byte[] Frame(byte[] message, byte flag = 0)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    public void Dispose() => _http.Dispose();

    private static string? Value(HttpHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.Single() : null;
}

internal sealed record GrpcReply(int Status, string Error, byte[] Message)
{
    /// <summary>The fields of the message: numbers as their bits, the rest as bytes.</summary>
    public List<(int Field, ulong Number, byte[] Bytes)> Fields => FieldsOf(Message);

    public static List<(int Field, ulong Number, byte[] Bytes)> FieldsOf(byte[] message)
    {
        var fields = new List<(int, ulong, byte[])>();
        var proto = new ModelServer.Grpc.ProtoReader(message);
        while (proto.TryReadTag(out var field, out var wire))
        {
            if (wire == ModelServer.Grpc.ProtoReader.BytesWire) fields.Add((field, 0, proto.Bytes(wire).ToArray()));
            else fields.Add((field, wire == ModelServer.Grpc.ProtoReader.Fixed64Wire ? proto.Fixed64() : proto.Varint(), []));
        }

        return fields;
    }
}
