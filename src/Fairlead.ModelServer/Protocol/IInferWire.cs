using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Running;
using Fairlead.Onnx;
using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Protocol;

/// <summary>How inference requests and answers look on the wire. What lies between (waiting, running, counting, deadlines) is the same for all.</summary>
internal interface IInferWire
{
    /// <exception cref="RequestRefusedException">The request does not fit the protocol or the model.</exception>
    ValueTask<InferRequest> ReadAsync(HttpContext context, ServedModel model, RequestDeadline deadline);

    /// <summary>Writes the whole answer while the outputs lie in ONNX Runtime's memory. Nothing is sent yet: what cannot be carried can still become an error.</summary>
    /// <exception cref="RequestRefusedException">An output holds what this wire cannot carry.</exception>
    void Write(PooledBuffer answer, ServedModel model, InferRequest request, OnnxOutputs outputs);

    /// <param name="last">The client should not send more on this connection.</param>
    Task SendAsync(HttpContext context, InferRequest request, PooledBuffer answer, bool last);

    /// <param name="status">As HTTP has it; the wire finds its own word for it.</param>
    /// <param name="retryAfter">When it is worth coming again, for a wire that can say so.</param>
    Task RefuseAsync(HttpContext context, int status, string message, TimeSpan? retryAfter);
}
