using System.Globalization;
using Fairlead.Core.Engines;
using Fairlead.Engines.Docker.Api;

namespace Fairlead.Engines.Docker.Containers;

/// <summary>How a container ended, from its state. Pure.</summary>
internal static class ExitRule
{
    /// <summary>Docker tells a signal as this and the signal's number, as shells do.</summary>
    private const int SignalBase = 128;

    private static readonly Dictionary<int, string> Signals = new (int Number, string Name)[]
    {
        (1, "SIGHUP"), (2, "SIGINT"), (3, "SIGQUIT"), (4, "SIGILL"), (5, "SIGTRAP"), (6, "SIGABRT"), (7, "SIGBUS"), (8, "SIGFPE"),
        (9, "SIGKILL"), (10, "SIGUSR1"), (11, "SIGSEGV"), (12, "SIGUSR2"), (13, "SIGPIPE"), (14, "SIGALRM"), (15, "SIGTERM"), (31, "SIGSYS"),
    }.ToDictionary(static s => s.Number, static s => s.Name);

    public static ReplicaExit Of(ContainerStateAnswer state, IReadOnlyList<string> lastLines)
    {
        if (state.Status == "created")
        {
            var reason = string.IsNullOrEmpty(state.Error) ? "it was made and never started" : string.Create(CultureInfo.InvariantCulture, $"it could not be started: {state.Error}");
            return new ReplicaExit(state.FinishedAt, null, null, false, lastLines) { Cause = reason };
        }

        var signal = state.ExitCode > SignalBase ? Signals.GetValueOrDefault(state.ExitCode - SignalBase) : null;
        return new ReplicaExit(state.FinishedAt, signal is null ? state.ExitCode : null, signal, state.OOMKilled && state.ExitCode != 0, lastLines);
    }
}
