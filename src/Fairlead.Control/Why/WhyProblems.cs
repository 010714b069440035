using Fairlead.Core.Results;

namespace Fairlead.Control.Why;

/// <summary>The causes that `fairlead why` knows. Each is a problem: the message is its summary and the hint its remedy.</summary>
internal static class WhyProblems
{
    public static Problem StateNotWritten(string message) => new(
        "FL5101", $"The controller cannot write its state: {message}", "Free disk space or put the disk right. What runs goes on, but no change is taken.");

    public static Problem StartRefused(string message, string hint) => new("FL5102", $"The engine does not start replicas: {message}", hint);

    public static Problem OutOfMemory(string limit) => new(
        "FL5103", $"Replicas are ended by the kernel for using more memory than their limit{limit}.", "Raise resources.memory in fairlead.yaml, or make the model smaller, and deploy again.");

    public static Problem Crashing(int count, string how) => new(
        "FL5104", $"{count} of its replicas {(count == 1 ? "is" : "are")} down: the last {how}.", "Read the log lines below (`fairlead logs`), put right what they say, and deploy again.");

    public static Problem NotReady(int count, string reason) => new(
        "FL5105", $"{count} of its replicas {(count == 1 ? "runs but is" : "run but are")} not ready: {reason}.", "Put right what the replica says and deploy again; a model that only needs longer to load becomes ready by itself.");

    public static Problem Waiting(int count, string next) => new(
        "FL5106", $"{count} of its places {(count == 1 ? "waits" : "wait")} to be filled again, the next in {next}.", "Nothing: it is tried again by itself, each time after a longer wait. A deploy of a better revision is tried at once.");

    public static Problem GatewayDown(string address, string? problem) => new(
        "FL5107", $"The gateway at {address} does not answer{(problem is null ? "" : $": {problem}")}.", "It is started again by itself. If its port is taken, end what holds it or set FAIRLEAD_GATEWAY to another address.");

    public static Problem GatewayEjected(int count, string reason) => new(
        "FL5108", $"The gateway keeps requests away from {count} of its replicas: {reason}.", "Look at the replica's log (`fairlead logs`); it gets requests again when it answers the gateway's check.");

    public static Problem RolledBack(int to, string reason) => new(
        "FL5109", $"The update to revision {to} was rolled back: {reason}.", "The revision before it serves. Put right what is named and deploy again.");

    public static Problem ScaledToZero(string name) => new("FL5110", "It is scaled to 0 replicas, so nothing serves.", $"`fairlead scale {name} 1`.");

    public static Problem Idle() => new(
        "FL5270", "It is idle: no request has come for scale/cooldown, so it runs no replica. It starts at the first request.", "Nothing: send a request. `scale: {min: 1}` keeps a replica running.");

    public static Problem Held(long requests, string reason) => new(
        "FL5271", $"{requests} {(requests == 1 ? "request waits" : "requests wait")} at the gateway for a first replica: {reason}.", "Put right what is named. They wait until serve.timeout and are answered 503 then; raise it when a start takes longer.");

    public static Problem NotExposed() => new("FL5111", "The gateway has no route to it: network.expose is false.", "Set network.expose to true to reach it through the gateway.");

    public static Problem Updating(int from, int to) => new("FL5112", $"It is being updated from revision {from} to {to}.", "Wait: it completes, or is rolled back by itself.");

    public static Problem Starting(int count) => new("FL5113", $"{count} of its replicas {(count == 1 ? "is" : "are")} starting.", "Wait: a replica is ready when its model has loaded and answered its golden requests.");

    public static Problem Stopping() => new("FL5114", "It is being removed.", "Wait until it is gone.");

    public static Problem LimitsMissing(string note) => new("FL5115", $"This machine does not give what the manifest asks for: {note}.", "See `fairlead doctor`; the replica runs without it.");

    public static Problem LimitsChanged() => new("FL3048", "A replica is limited to something else than its revision records: somebody changed it from outside.", "Write the limits into the manifest and deploy it: new replicas get what it says. To go back to what is recorded, remove the container: its place is filled at once.");

    public static Problem EngineAway(string message, string hint) => new("FL5246", message, hint);

    public static Problem Replaced(int count, string how) => new(
        "FL5247", $"{count} of its replicas ended in the last 10 minutes and {(count == 1 ? "was" : "were")} replaced: the last {how}.", "Nothing while it is rare. If it goes on, read the evidence and `fairlead events`, and put right what they say.");

    public static Problem Sick(int count, string how) => new(
        "FL5248", $"{count} of its replicas {(count == 1 ? "is" : "are")} being replaced although {(count == 1 ? "it runs" : "they run")}: the last {how}.", "Nothing: a replica in its place serves first. Look at its log (`fairlead logs`) for what it hangs on.");

    public static Problem LookFailed(string message) => new("FL5116", $"The controller could not look at the replicas: {message}", "It is tried again every second; see the controller's log.");
}
