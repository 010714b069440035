using Fairlead.Core.Engines;

namespace Fairlead.Control.Reconciling;

/// <summary>How a replica ended, as the second half of a sentence.</summary>
public static class ExitText
{
    public static string Of(ReplicaExit? exit) => exit switch
    {
        null => "ended",
        { OutOfMemory: true } => "was ended by the kernel: it used more memory than its limit",
        { Cause: { } cause } => $"ended: {cause}",
        { Signal: { } signal } => $"was ended by {signal}",
        { Code: { } code } => $"exited with code {code}",
        _ => "ended; its exit code is not known",
    };
}
