using System.Runtime.InteropServices;

namespace Fairlead.Cli.Output;

/// <summary>
/// Ctrl-C, SIGTERM and a closed terminal. The first asks the command to end in order; the second says not to wait for it.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _first = new();
    private readonly CancellationTokenSource _second = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public CancellationToken First => _first.Token;

    public CancellationToken Second => _second.Token;

    public void Listen()
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Interrupt();
            }));
        }
    }

    public void Interrupt()
    {
        if (_first.IsCancellationRequested) _second.Cancel();
        else _first.Cancel();
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _first.Dispose();
        _second.Dispose();
    }
}
