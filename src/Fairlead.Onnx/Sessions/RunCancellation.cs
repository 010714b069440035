using Fairlead.Onnx.Native;

namespace Fairlead.Onnx.Sessions;

/// <summary>Ends a run between two operators when the token is cancelled; costs nothing for a token that cannot be.</summary>
internal sealed unsafe class RunCancellation : IDisposable
{
    private readonly OrtApi _api;
    private readonly OrtHandle? _options;
    private readonly CancellationTokenRegistration _registration;

    public RunCancellation(OrtApi api, CancellationToken cancellationToken)
    {
        _api = api;
        if (!cancellationToken.CanBeCanceled) return;
        api.Check(api.CreateRunOptions(out var options));
        _options = new OrtHandle(options, api.ReleaseRunOptions);
        _registration = cancellationToken.UnsafeRegister(static state => ((RunCancellation)state!).Terminate(), this);
    }

    /// <summary>Null for default options.</summary>
    public nint Options => _options?.Value ?? 0;

    public void Dispose()
    {
        // Waits for a callback that is under way, so that it never meets released options.
        _registration.Dispose();
        _options?.Dispose();
    }

    private void Terminate()
    {
        // It fails only for null options; the run then simply goes on to its end.
        var status = _api.SetTerminate(_options!.Value);
        if (status != 0) _api.ReleaseStatus(status);
    }
}
