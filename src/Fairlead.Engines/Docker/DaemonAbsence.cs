using System.Globalization;
using Fairlead.Core.Engines;

namespace Fairlead.Engines.Docker;

/// <summary>
/// Whether the daemon has been away since the last look. A daemon that is restarted takes its containers with it (unless it runs with
/// live-restore), and what they leave, an exit code of 0 or a SIGTERM, does not tell who did that.
/// </summary>
internal sealed class DaemonAbsence(TimeProvider time)
{
    // Between the look itself and when it was noted.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private DateTimeOffset? _seen;
    private bool _away;

    public void Lost()
    {
        lock (_gate) _away = true;
    }

    /// <summary>A look at all replicas has been made to its end.</summary>
    public void Seen()
    {
        lock (_gate) (_seen, _away) = (time.GetUtcNow(), false);
    }

    /// <summary>What a container leaves that its daemon ended: it obeyed, it was killed, or (255) nobody was there to see it.</summary>
    public static bool MayBeItsDoing(ReplicaExit exit) => exit is { OutOfMemory: false, Cause: null } and ({ Code: 0 or 255 } or { Signal: "SIGTERM" or "SIGKILL" });

    /// <summary>The exit with the daemon as its cause, when it came while the daemon was away and is what a daemon does to a container.</summary>
    public ReplicaExit Explain(ReplicaExit exit)
    {
        lock (_gate)
        {
            if (!_away || _seen is not { } seen || exit.At < seen - Slack) return exit;
        }

        if (!MayBeItsDoing(exit)) return exit;
        var how = exit.Signal ?? string.Create(CultureInfo.InvariantCulture, $"exit code {exit.Code}");
        return exit with { Cause = $"the Docker daemon was stopped or died, and its containers ended with it ({how}); live-restore would keep them" };
    }
}
