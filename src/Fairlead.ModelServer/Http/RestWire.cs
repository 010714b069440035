using System.Globalization;
using Fairlead.ModelServer.Hosting;
using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Protocol;
using Fairlead.ModelServer.Running;
using Fairlead.ModelServer.Settings;
using Fairlead.Onnx;
using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Http;

/// <summary>JSON, with bytes behind it where the binary tensor extension is used.</summary>
internal sealed class RestWire(ServerOptions options) : IInferWire
{
    /// <summary>Length of the JSON in a body; what follows are tensors' bytes.</summary>
    internal const string HeaderLength = "Inference-Header-Content-Length";
    private const string Bytes = "application/octet-stream";
    private const int Alignment = 8;

    // Some 50 µs of JSON: what is longer is not read on a thread that other connections wait for.
    private const int LongestInPlace = 16 << 10;

    public async ValueTask<InferRequest> ReadAsync(HttpContext context, ServedModel model, RequestDeadline deadline)
    {
        var header = CheckHeaders(context.Request);
        var body = new PooledBuffer();
        try
        {
            // So that the first tensor's memory is aligned where it arrives, and ONNX Runtime reads it there.
            var start = header is { } length ? (Alignment - (length % Alignment)) % Alignment : 0;
            body.GetSpan(Alignment);
            body.Advance(start);
            await RequestBody.ReadAsync(context.Request, body, options.MaxBody.Bytes, deadline);
            if ((header ?? body.Length) > LongestInPlace) await PollingThread.LeaveAsync();
            var request = Read(body.Slice(start, body.Length - start), header, model.Signature);

            // Numbers from JSON have memory of their own; binary tensors lie in the body.
            if (header is null) body.Dispose();
            else request.Own(body);
            return request;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Write(PooledBuffer answer, ServedModel model, InferRequest request, OnnxOutputs outputs) => InferResponseWriter.Write(answer, model, request, outputs);

    public Task SendAsync(HttpContext context, InferRequest request, PooledBuffer answer, bool last)
    {
        if (last) context.Response.Headers.Connection = "close";
        if (request.AnswerHeader is not { } header) return JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, answer.Written);
        context.Response.ContentType = Bytes;
        context.Response.ContentLength = answer.Length;
        context.Response.Headers[HeaderLength] = header.ToString(CultureInfo.InvariantCulture);
        return JsonAnswer.SendAsync(context, answer.Written);
    }

    public Task RefuseAsync(HttpContext context, int status, string message, TimeSpan? retryAfter)
    {
        // Whoever waits for "100 Continue" may send the body now or not: what comes next on the connection is not known (RFC 9110, 10.1.1).
        if (context.Request.Headers.Expect.Count > 0) context.Response.Headers.Connection = "close";
        return JsonAnswer.ErrorAsync(context, status, message, retryAfter);
    }

    private static InferRequest Read(Memory<byte> body, int? header, ModelSignature model) => header switch
    {
        null => InferRequestReader.Read(body.Span, model),
        0 => RawRequestReader.Read(body, model),
        { } length when length <= body.Length => InferRequestReader.Read(body.Span[..length], body[length..], model),
        { } length => throw new RequestRefusedException($"{HeaderLength} is {length}; the body has {body.Length} bytes."),
    };

    /// <summary>The length of the JSON; null when the body is nothing else.</summary>
    private static int? CheckHeaders(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(HeaderLength, out var given))
        {
            return request.ContentType?.StartsWith(Bytes, StringComparison.OrdinalIgnoreCase) == true
                ? throw new RequestRefusedException($"A body of {Bytes} needs {HeaderLength}: how many bytes of it are JSON, or 0 when it is the one input's bytes alone.")
                : null;
        }

        return given.Count == 1 && int.TryParse(given[0], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : throw new RequestRefusedException($"{HeaderLength} is '{given}', which is no whole number of bytes.");
    }
}
