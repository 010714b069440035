namespace Fairlead.Engines.Processes;

/// <summary>Signals by their Linux numbers.</summary>
public enum ProcessSignal
{
    Hangup = 1,
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
