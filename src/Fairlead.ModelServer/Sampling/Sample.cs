using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Protocol;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Sampling;

/// <summary>What is noted of one request; nothing in it belongs to the request.</summary>
internal sealed class Sample(string requestId, DateTimeOffset time, Redaction redaction)
{
    public DateTimeOffset Time { get; } = time;

    public string RequestId { get; } = redaction.Hides("request_id") ? Redaction.Placeholder : requestId;

    /// <summary>The protocol's <c>id</c>; null without one.</summary>
    public string? Id { get; private set; }

    public string? Model { get; private set; }

    public string? Version { get; private set; }

    public IReadOnlyList<SampledTensor>? Inputs { get; private set; }

    public IReadOnlyList<SampledTensor>? Outputs { get; private set; }

    public int Status { get; private set; }

    public string? Error { get; private set; }

    public TimeSpan Took { get; private set; }

    public void Of(ServedModel model) => (Model, Version) = (model.Name, model.Version);

    public void Take(InferRequest request)
    {
        Id = request.Id is not null && redaction.Hides("id") ? Redaction.Placeholder : request.Id;
        Inputs = [.. request.Inputs.Select(i => SampledTensor.Of(i!, redaction.Hides(i!.Name)))];
    }

    /// <summary>While the outputs lie in ONNX Runtime's memory.</summary>
    public void Take(OnnxOutputs outputs)
    {
        var taken = new SampledTensor[outputs.Count];
        for (var i = 0; i < taken.Length; i++) taken[i] = SampledTensor.Of(outputs[i], redaction.Hides(outputs[i].Name));
        Outputs = taken;
    }

    public Sample End(int status, string? error, TimeSpan took)
    {
        // An error may quote what was sent.
        (Status, Error, Took) = (status, error is null || redaction.IsNone ? error : Redaction.Placeholder, took);
        return this;
    }
}
