namespace Fairlead.ModelServer.Loading;

/// <summary>Whether new requests should be sent here. Written by the loader and the signal handler, read by every request.</summary>
internal sealed class Readiness
{
    private volatile ModelState _model = new ModelState.Loading(null, null, "reading the model's descriptor");
    private volatile bool _draining;
    private TaskCompletionSource _changed = NewChange();

    public ModelState Model
    {
        get => _model;
        set
        {
            _model = value;
            Publish();
        }
    }

    public bool Draining => _draining;

    /// <summary>Why the server is not ready, in plain words; null when it is.</summary>
    public string? Reason => _draining ? "draining: this replica is about to end and serves what still comes" : ReasonOfModel;

    /// <summary>Why the model cannot answer, in plain words; null when it can. A draining server still answers.</summary>
    public string? ReasonOfModel => _model switch
    {
        ModelState.Loading { Name: null } => "loading model",
        ModelState.Loading loading => $"loading model {loading.Name}: {loading.Step}",
        ModelState.Refused refused => refused.Problem.ToString(),
        _ => null,
    };

    /// <summary>The model was refused: waiting does not help.</summary>
    public bool Refused => !_draining && _model is ModelState.Refused;

    /// <summary>Ends with the next change. To miss none, take it before reading the state.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    public void Drain()
    {
        _draining = true;
        Publish();
    }

    private void Publish() => Interlocked.Exchange(ref _changed, NewChange()).TrySetResult();

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
